namespace Rubato.Training;

/// <summary>The cluster's clock: runs from the go to the end of the budget and stands still while workers wait for an evaluation.</summary>
/// <param name="time">The world's clock.</param>
/// <param name="before">What an earlier part of the run had on it.</param>
internal sealed class ClusterClock(TimeProvider time, TimeSpan before)
{
    private TimeSpan _collected = before;
    private long _since;
    private bool _running;

    /// <summary>The time on the clock.</summary>
    public TimeSpan Elapsed => _running ? _collected + time.GetElapsedTime(_since) : _collected;

    /// <summary>Lets the clock run.</summary>
    public void Run()
    {
        if (_running) return;
        (_running, _since) = (true, time.GetTimestamp());
    }

    /// <summary>Lets the clock stand still.</summary>
    public void Halt()
    {
        _collected = Elapsed;
        _running = false;
    }
}
