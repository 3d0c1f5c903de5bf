namespace Rubato.Communication;

/// <summary>How a communicator does its collectives.</summary>
public sealed record CommunicatorOptions
{
    /// <summary>Every sum in rank order on every world (the default); false lets the algorithm be chosen for speed.</summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>The deadline of one operation; above zero, and at most 24 days, which is as far as timers reach.</summary>
    public TimeSpan Timeout
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromDays(24) ? value : throw new ArgumentOutOfRangeException(nameof(Timeout), value,
            $"The communication timeout is {value}, but it must be above zero and at most 24 days. Use 00:01:00 for one minute.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>Sees where this endpoint may have to wait; null for nobody.</summary>
    internal ICommunicatorObserver? Observer { get; init; }
}
