using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
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

    /// <summary>Bytes on their way to one rank before sends wait.</summary>
    public const long WindowBytes = 64L << 20;

    private const long ShortestSharedSleep = 100 * TimeSpan.TicksPerMicrosecond, LongestSleep = TimeSpan.TicksPerMillisecond;

    private static readonly TimeSpan PollAfterNews = TimeSpan.FromMicroseconds(50), TimeToEnd = TimeSpan.FromSeconds(20);

    private readonly TimeProvider _time;
    private readonly ProgressBell _bell = new();
    private readonly ConcurrentQueue<MpiSend> _departures = new();
    private readonly List<MpiOperation> _underWay = [];
    private readonly Queue<MpiReceive>[] _arriving;
    private readonly long[] _bytesOut;

    // Open MPI makes groups by messages on their parent under the caller's tag, which a probe must not take.
    private readonly nint _parent;
    private readonly BlockingCollection<Action> _groupWork = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(MpiEnvelope Envelope, byte[] Buffer, int Length)> _early = [];
    private ImmutableSortedDictionary<int, MpiNetwork> _networks = ImmutableSortedDictionary<int, MpiNetwork>.Empty;
    private int _networkCount, _groupCount;
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
        _arriving = [.. Enumerable.Range(0, Size).Select(_ => new Queue<MpiReceive>())];
        _bytesOut = new long[Size];
        new Thread(Run) { Name = "mpi progress", IsBackground = true }.Start();
        new Thread(MakeGroups) { Name = "mpi groups", IsBackground = true }.Start();
    }

    /// <summary>The library.</summary>
    public MpiLibrary Library { get; }

    /// <summary>Held by whoever calls the library.</summary>
    public Lock Gate { get; } = new();

    /// <summary>All ranks, for messages.</summary>
    public nint Messages { get; }

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

    /// <summary>The number of the next network, the same on all ranks, since all open the same ones in the same order. Call it under the gate.</summary>
    public int Register(MpiNetwork network)
    {
        int number = _networkCount++;
        _networks = _networks.Add(number, network);
        return number;
    }

    /// <summary>Hands on what came for a network before it was there.</summary>
    public void Begin(int number)
    {
        lock (Gate)
        {
            foreach ((MpiEnvelope envelope, byte[] buffer, int length) in _early.Where(one => one.Envelope.Network == number)) HandOn(envelope, buffer, length);
            _early.RemoveAll(one => one.Envelope.Network == number);
            if (_failure is not null) _networks[number].Break(_failure.Message);
        }
    }

    /// <summary>Forgets a network; what still comes for it is dropped.</summary>
    public void Unregister(int number)
    {
        lock (Gate) _networks = _networks.Remove(number);
    }

    /// <summary>Sends a message; completes when it was copied, or when it has left, where much is on its way to that rank already.</summary>
    public ValueTask SendAsync(int destination, MpiEnvelope envelope, ReadOnlySpan<byte> payload, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _failure) is { } failure) throw new MpiException(failure.Message);
        int length = payload.Length + MpiEnvelope.Size;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        payload.CopyTo(buffer);
        envelope.Write(buffer.AsSpan(payload.Length));
        var send = new MpiSend(this, destination, buffer, length);
        bool isFull = Interlocked.Add(ref _bytesOut[destination], length) > WindowBytes;
        _departures.Enqueue(send);
        if (Gate.TryEnter())
        {
            try
            {
                if (SendQueued()) _bell.Ring();
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
        else
        {
            _bell.Ring();
        }
        return isFull ? new ValueTask(send.Sent.WaitAsync(cancellation)) : default;
    }

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

    /// <summary>A message has left for that rank.</summary>
    internal void Left(int destination, int length) => Interlocked.Add(ref _bytesOut[destination], -length);

    /// <summary>Hands on the messages of a rank that are complete, in order.</summary>
    internal void HandOn(int source)
    {
        while (_arriving[source].TryPeek(out MpiReceive? first) && first.IsComplete)
        {
            _arriving[source].Dequeue();
            (byte[] buffer, int length) = first.Content;
            HandOn(MpiEnvelope.Read(buffer.AsSpan(length - MpiEnvelope.Size)), buffer, length - MpiEnvelope.Size);
        }
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
        if (SendQueued()) _news = true;
        for (int i = _underWay.Count - 1; i >= 0; i--)
        {
            if (!_underWay[i].Advance()) continue;
            _underWay.RemoveAt(i);
            _news = true;
        }
        while (Library.Probe(MessageTag, Messages, out int source, out int length, out nint message))
        {
            _news = true;
            var receive = new MpiReceive(this, source, length);
            _arriving[source].Enqueue(receive);
            receive.Start(message);
            if (!receive.Advance()) _underWay.Add(receive);
        }
    }

    // Returns whether something is under way that must be polled.
    private bool SendQueued()
    {
        bool unfinished = false;
        while (_departures.TryDequeue(out MpiSend? send))
        {
            send.Start();
            if (send.Advance()) continue;
            _underWay.Add(send);
            unfinished = true;
        }
        return unfinished;
    }

    private void HandOn(MpiEnvelope envelope, byte[] buffer, int length)
    {
        if (_networks.TryGetValue(envelope.Network, out MpiNetwork? network)) network.Take(envelope, buffer, length);
        else if (envelope.Network >= _networkCount) _early.Add((envelope, buffer, length));
        else ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Fail(MpiException failure)
    {
        if (_failure is not null) return;
        Volatile.Write(ref _failure, failure);
        foreach (MpiOperation operation in _underWay) operation.Fail(failure);
        _underWay.Clear();
        foreach (MpiNetwork network in _networks.Values) network.Break(failure.Message);
    }
}
