using System.Runtime.CompilerServices;

namespace Rubato.Simulation;

/// <summary>The event loop of a simulated cluster: all code of all ranks runs on it, one callback after the other, under virtual time.</summary>
/// <remarks>
/// <para>The rule of order: events happen in order of their time; two events at one instant in the order in which they were added. Everything that
/// adds events runs on the loop itself, so a run is a pure function of its seed.</para>
/// <para>The loop is the <see cref="SynchronizationContext"/> (through <see cref="SimulatedRank"/>) and the <see cref="TimeProvider"/> of its ranks, so plain <c>await</c>
/// is deterministic. Code that leaves it (the thread pool, a real timer) is named and ends the run: its results would depend on the machine.</para>
/// </remarks>
public sealed class SimulationLoop
{
    // How long an emptied queue waits, in real milliseconds, for what has left the loop to come back and be named.
    private const int PatienceMilliseconds = 2000;

    private readonly EventQueue _later = new();
    private readonly Queue<Posted> _now = new();
    private readonly List<SimulatedRank> _ranks = [];
    private readonly object _escapes = new();
    private int _thread = -1;
    private long _order;
    private SimulationException? _escape;

    /// <summary>Creates a loop without ranks, at time 0.</summary>
    public SimulationLoop() => Network = new SimulatedRank(this, -1, "the network");

    /// <summary>On whose behalf messages travel: nobody's, so that neither a crash nor a pause of a rank holds them up on their way.</summary>
    internal SimulatedRank Network { get; }

    /// <summary>The virtual time, in ticks of 100 ns since the loop began.</summary>
    public long Now { get; private set; }

    /// <summary>Events that have happened.</summary>
    public long Events { get; private set; }

    /// <summary>The ranks, in the order in which they were added.</summary>
    public IReadOnlyList<SimulatedRank> Ranks => _ranks;

    /// <summary>What the trace so far comes to: equal in two runs if the same things happened at the same times in the same order.</summary>
    public TraceHash Trace { get; } = new();

    /// <summary>Is called between two events with their number so far; a throw ends the run. For checks of invariants.</summary>
    public Action<long>? AfterEvent { get; set; }

    /// <summary>Adds a rank; numbers need not be in order.</summary>
    public SimulatedRank AddRank(int number, string name)
    {
        var rank = new SimulatedRank(this, number, name);
        _ranks.Add(rank);
        return rank;
    }

    /// <summary>Runs a callback of a rank at the end of this instant.</summary>
    public void Post(SimulatedRank rank, SendOrPostCallback callback, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread && _thread >= 0)
        {
            ReportEscape(rank, "comes back from another thread");
            return;
        }
        _now.Enqueue(new Posted(_order++, rank, callback, state));
    }

    /// <summary>Runs a callback of a rank at a time of the virtual clock, not before now.</summary>
    internal SimulatedEvent At(long ticks, SimulatedRank rank, SendOrPostCallback callback, object? state)
    {
        CheckThread("adds an event");
        var added = new SimulatedEvent(rank, callback, state);
        _later.Add(Math.Max(ticks, Now), _order++, added);
        return added;
    }

    /// <summary>Runs an action of a rank at a time of the virtual clock, not before now.</summary>
    public void At(long ticks, SimulatedRank rank, Action action) =>
        _ = At(ticks, rank, static state => ((Action)state!)(), action);

    /// <summary>Takes an event out that has not happened yet.</summary>
    internal void CallOff(SimulatedEvent @event) => _later.Remove(@event);

    /// <summary>Throws when the caller does not run on the loop.</summary>
    /// <param name="what">What it does there, for the message.</param>
    public void CheckThread(string what)
    {
        if (Environment.CurrentManagedThreadId == _thread || _thread < 0) return;
        ReportEscape(SynchronizationContext.Current as SimulatedRank, $"{what} from another thread");
        throw _escape!;
    }

    /// <summary>Runs until a condition holds, on the calling thread.</summary>
    /// <param name="isOver">Asked after every event.</param>
    /// <param name="describe">What is still open, for the message when nothing can happen any more.</param>
    /// <exception cref="SimulationException">Code left the loop, or nothing can happen any more although the condition does not hold.</exception>
    public void Run(Func<bool> isOver, Func<string> describe)
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        _thread = Environment.CurrentManagedThreadId;
        SimulatedRank? current = null;
        try
        {
            while (!isOver())
            {
                if (Volatile.Read(ref _escape) is { } escape) throw escape;
                if (!Next(out Posted next)) throw Stalled(describe());
                if (!MayRun(next)) continue;
                if (next.Rank != current) SynchronizationContext.SetSynchronizationContext(current = next.Rank);
                Events++;
                RunOne(next);
                AfterEvent?.Invoke(Events);
            }
            if (Volatile.Read(ref _escape) is { } late) throw late;
        }
        finally
        {
            _thread = -1;
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Next(out Posted next)
    {
        bool isPosted = _now.TryPeek(out next);
        if (_later.Count > 0 && (!isPosted || (_later.First is var first && first.Ticks <= Now && first.Order < next.Order)))
        {
            (long ticks, long order) = _later.First;
            SimulatedEvent taken = _later.TakeFirst();
            Now = ticks;
            next = new Posted(order, taken.Rank, taken.Callback, taken.State);
            return true;
        }
        if (isPosted) _now.Dequeue();
        return isPosted;
    }

    private bool MayRun(in Posted next)
    {
        if (next.Rank.HasCrashed) return false;
        if (next.Rank.PausedUntil <= Now) return true;
        _later.Add(next.Rank.PausedUntil, _order++, new SimulatedEvent(next.Rank, next.Callback, next.State));
        return false;
    }

    private static void RunOne(in Posted next)
    {
        try
        {
            next.Callback(next.State);
        }
        catch (Exception broken) when (next.Rank.Broken is not null && broken is not SimulationException)
        {
            next.Rank.Broken(broken);
        }
    }

    private void ReportEscape(SimulatedRank? rank, string how)
    {
        string name = rank?.Name ?? "Some code";
        var escape = new SimulationException(
            $"{char.ToUpperInvariant(name[0]) + name[1..]} {how}: it left the simulation's event loop at {TimeSpan.FromTicks(Now).TotalSeconds} s of virtual time. "
            + "Await plainly, without ConfigureAwait(false), Task.Run or the machine's clock, and take time from the worker's TimeProvider.");
        lock (_escapes)
        {
            _escape ??= escape;
            Monitor.Pulse(_escapes);
        }
    }

    private SimulationException Stalled(string open)
    {
        lock (_escapes)
        {
            if (_escape is not null || Monitor.Wait(_escapes, PatienceMilliseconds)) return _escape!;
        }
        return new SimulationException(
            $"Nothing can happen any more at {TimeSpan.FromTicks(Now).TotalSeconds} s of virtual time, but {open}: a wait without a deadline, or code that waits outside of the event loop.");
    }

    private readonly record struct Posted(long Order, SimulatedRank Rank, SendOrPostCallback Callback, object? State);
}
