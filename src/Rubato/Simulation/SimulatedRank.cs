namespace Rubato.Simulation;

/// <summary>One endpoint's place in virtual time: its <see cref="SynchronizationContext"/>, its clock, and whether it lives, is paused or has crashed.</summary>
/// <remarks>
/// All ranks share one <see cref="SimulationLoop"/>; each has a context of its own, so that the loop knows on whose behalf it runs what it
/// runs. Callbacks of a crashed rank are dropped, those of a paused one wait for its end, as those of a stopped process would.
/// </remarks>
public sealed class SimulatedRank : SynchronizationContext
{
    private readonly SimulationLoop _loop;

    internal SimulatedRank(SimulationLoop loop, int number, string name)
    {
        _loop = loop;
        Number = number;
        Name = name;
        Time = new VirtualClock(loop, this);
    }

    /// <summary>The endpoint's number.</summary>
    public int Number { get; }

    /// <summary>The endpoint's name, for example <c>worker 3</c>.</summary>
    public string Name { get; }

    /// <summary>The clock of this rank: virtual time, whose timers ring on this rank.</summary>
    public TimeProvider Time { get; }

    /// <summary>Whether the rank has crashed: nothing of it runs any more.</summary>
    public bool HasCrashed { get; private set; }

    /// <summary>Until when nothing of the rank runs, in ticks of the virtual clock; in the past when it is not paused.</summary>
    public long PausedUntil { get; private set; }

    /// <summary>Told of an exception that nobody awaits (from a posted callback or an <c>async void</c> method).</summary>
    internal Action<Exception>? Broken { get; set; }

    /// <summary>Told when the rank crashes.</summary>
    internal Action? Crashed { get; set; }

    /// <summary>Ends the rank at once, as a killed process ends.</summary>
    public void Crash()
    {
        if (HasCrashed) return;
        HasCrashed = true;
        Crashed?.Invoke();
    }

    /// <summary>Stops the rank until a time, as a stopped process; what happens to it meanwhile is taken up then, in the same order.</summary>
    public void PauseUntil(long ticks) => PausedUntil = Math.Max(PausedUntil, ticks);

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _loop.Post(this, d, state);

    /// <summary>Refused: to wait for a rank from outside is to block a thread; post instead.</summary>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A simulated rank takes no synchronous calls from outside. Use Post, or await the rank's task.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;
}
