using System.Collections.Concurrent;
using Rubato.Configuration;

namespace Rubato.Transports.Mpi;

/// <summary>This process as one rank of an MPI job: its messages, what is under way, and the thread that moves it on.</summary>
/// <remarks>
/// <para>MPI is started once a process and never again. Every call of the library is made under <see cref="Gate"/>, by whoever has something to
/// start or by the progress thread, which polls what is under way; only the making of communicators, which blocks, has a thread of its
/// own and goes beside the gate (it needs a library that allows that).</para>
/// <para>Polling backs off: after news the thread polls on for a moment where cores are free, then sleeps for a quarter of the time that nothing has
/// happened, at most a millisecond. So a wait costs few polls, and its end is noticed a quarter of it later at worst. Where ranks share cores it
/// sleeps longer: half as long as a collective of its own has been under way, as long as it has waited for others, at most 4 ms.</para>
/// </remarks>
internal sealed class MpiProcess : IAsyncDisposable
{
    /// <summary>The tag of all messages between ranks; the envelope tells them apart.</summary>
    public const int MessageTag = 1;

    /// <summary>The most groups that get a communicator; libraries have room for some thousand.</summary>
    public const int MostGroups = 256;

    private const long ShortestSharedSleep = 100 * TimeSpan.TicksPerMicrosecond, LongestSleep = TimeSpan.TicksPerMillisecond;

    private static readonly TimeSpan PollAfterNews = TimeSpan.FromMicroseconds(50), TimeToEnd = TimeSpan.FromSeconds(20);

    private readonly TimeProvider _time;
    private readonly ProgressBell _bell = new();
    private readonly List<MpiOperation> _underWay = [];
    // Open MPI makes groups by messages on their parent under the caller's tag, which a probe must not take.
    private readonly nint _parent;
    private readonly BlockingCollection<Action> _groupWork = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _groupCount;
    private bool _news;
    private volatile bool _ending;
    private Exception? _failure;

    private MpiProcess(MpiLibrary library, TimeProvider time, bool allowsThreads)
    {
        (Library, _time, AllowsGroups) = (library, time, allowsThreads);
        library.ReturnErrors(library.Abi.World);
        Messages = library.Duplicate(library.Abi.World);
        _parent = library.Duplicate(library.Abi.World);
        (Rank, Size) = (library.RankIn(Messages), library.SizeOf(Messages));
        Host = library.ProcessorName();
        Post = new MpiPost(this);
        new Thread(Run) { Name = "mpi progress", IsBackground = true }.Start();
        new Thread(MakeGroups) { Name = "mpi groups", IsBackground = true }.Start();
    }

    /// <summary>The library.</summary>
    public MpiLibrary Library { get; }

    /// <summary>Held by whoever calls the library.</summary>
    public Lock Gate { get; } = new();

    /// <summary>All ranks, for messages.</summary>
    public nint Messages { get; }

    /// <summary>This rank's messages.</summary>
    public MpiPost Post { get; }

    /// <summary>What the library failed with; null while it works.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>This process's rank, from 0.</summary>
    public int Rank { get; }

    /// <summary>The number of ranks.</summary>
    public int Size { get; }

    /// <summary>The machine, as MPI calls it.</summary>
    public string Host { get; }

    /// <summary>Whether communicators of some ranks can be made at any time.</summary>
    public bool AllowsGroups { get; }

    /// <summary>On rank 0, under the gate: the number of the next group that gets a communicator; -1 when there are too many already.</summary>
    public int NextGroup() => AllowsGroups && _groupCount < MostGroups ? ++_groupCount : -1;

    /// <summary>Whether each rank of this machine has a core of its own, so that a wait may begin with polling.</summary>
    public bool HasOwnCore { get; set; }

    /// <summary>Starts MPI.</summary>
    /// <exception cref="InvalidRequestException">The library allows calls from one thread only, or MPI was started already.</exception>
    public static MpiProcess Start(MpiLibrary library, TimeProvider time)
    {
        if (library.IsInitialized())
            throw new InvalidRequestException("MPI is started already in this process. Use one MpiCluster for all runs of a process, and do not start MPI yourself.");
        int level = library.Initialize();
        if (level < library.Abi.ThreadSerialized)
        {
            throw new InvalidRequestException(
                $"{library.Version} ({library.Path}) provides thread level {level}, but Rubato calls it from more than one thread and needs "
                + $"MPI_THREAD_SERIALIZED ({library.Abi.ThreadSerialized}). Use an MPI library that was built with thread support.");
        }
        return new MpiProcess(library, time, level >= library.Abi.ThreadMultiple);
    }

    /// <summary>Under the gate: has an operation polled until it is over.</summary>
    public void Add(MpiOperation operation) => _underWay.Add(operation);

    /// <summary>Has the progress thread look at once.</summary>
    public void Ring() => _bell.Ring();

    /// <summary>Has an operation polled until it is over.</summary>
    public void Follow(MpiOperation operation)
    {
        lock (Gate)
        {
            if (_failure is not null) operation.Fail(_failure);
            else _underWay.Add(operation);
        }
        _bell.Ring();
    }

    /// <summary>Makes a communicator of some ranks; all of them do so in the same order, and at once, where this cannot go on beside everything else.</summary>
    public Task<nint> MakeGroupAsync(int[] ranks, int number)
    {
        var made = new TaskCompletionSource<nint>(TaskCreationOptions.RunContinuationsAsynchronously);
        _groupWork.Add(() =>
        {
            try
            {
                if (AllowsGroups) made.SetResult(Library.CreateGroup(_parent, ranks, number));
                else lock (Gate) made.SetResult(Library.CreateGroup(_parent, ranks, number));
            }
            catch (MpiException failure)
            {
                made.SetException(failure);
            }
        });
        return made.Task;
    }

    /// <summary>Ends MPI together with all other ranks; ends the whole job where they do not come.</summary>
    public async ValueTask DisposeAsync()
    {
        _ending = true;
        _groupWork.CompleteAdding();
        _bell.Ring();
        try
        {
            await _ended.Task.WaitAsync(TimeToEnd, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Abort(1);
        }
    }

    /// <summary>Ends every process of the job at once, this one included: for a job that has lost a rank.</summary>
    public void Abort(int exitCode) => Library.Abort(exitCode);

    private void Run()
    {
        long last = _time.GetTimestamp();
        while (!_ending)
        {
            _news = false;
            // Whoever holds the gate moves everything on, as every call of the library does.
            if (Gate.TryEnter())
            {
                try
                {
                    Turn();
                }
                catch (MpiException broken)
                {
                    Fail(broken);
                }
                finally
                {
                    Gate.Exit();
                }
            }
            if (_news) last = _time.GetTimestamp();
            TimeSpan quiet = _time.GetElapsedTime(last);
            if (!HasOwnCore || quiet >= PollAfterNews) _bell.Sleep(SleepAfter(quiet));
        }
        try
        {
            AwaitOthers();
            lock (Gate) Library.End();
            _ended.TrySetResult();
        }
        catch (MpiException failure)
        {
            _ended.TrySetException(failure);
        }
    }

    // Ending MPI blocks until all ranks do it, and nobody likes messages that nobody took: take them while waiting.
    private void AwaitOthers()
    {
        nint barrier;
        lock (Gate) barrier = Library.StartBarrier(Messages);
        for (bool all = false; !all; _bell.Sleep(new TimeSpan(LongestSleep)))
        {
            lock (Gate)
            {
                all = Library.Test(ref barrier);
                Turn();
            }
        }
    }

    // Where cores are shared, a look that finds nothing takes time from somebody who would have found something.
    private TimeSpan SleepAfter(TimeSpan quiet)
    {
        (long least, long part, long most) = HasOwnCore ? (0, 4, LongestSleep)
            : _underWay.Count > 0 ? (ShortestSharedSleep, 2, 2 * LongestSleep) : (ShortestSharedSleep, 1, 4 * LongestSleep);
        return new TimeSpan(Math.Clamp(quiet.Ticks / part, least, most));
    }

    private void MakeGroups()
    {
        foreach (Action work in _groupWork.GetConsumingEnumerable()) work();
    }

    // One look at everything; never waits but for a blocking collective that all ranks have come to.
    private void Turn()
    {
        if (_failure is not null) return;
        if (Post.SendQueued()) _news = true;
        for (int i = _underWay.Count - 1; i >= 0; i--)
        {
            if (!_underWay[i].Advance()) continue;
            _underWay.RemoveAt(i);
            _news = true;
        }
        if (Post.Receive()) _news = true;
    }

    /// <summary>Under the gate: the library has failed, and with it everything that is under way.</summary>
    public void Fail(MpiException failure)
    {
        if (_failure is not null) return;
        Volatile.Write(ref _failure, failure);
        foreach (MpiOperation operation in _underWay) operation.Fail(failure);
        _underWay.Clear();
        Post.Break(failure.Message);
    }
}
