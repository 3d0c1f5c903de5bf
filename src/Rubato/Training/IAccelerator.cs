namespace Rubato.Training;

/// <summary>The door through which a rank computes: real work on a thread of its own, or work whose time is only modelled.</summary>
/// <remarks>One piece of work at a time. Called from the rank's event loop, and its tasks complete there. Disposal waits for the work under way.</remarks>
public interface IAccelerator : IDisposable
{
    /// <summary>Whether work runs beside the rank's event loop, so that whoever hands work over must not change its inputs meanwhile.</summary>
    bool IsConcurrent { get; }

    /// <summary>Whether the first work takes longer than what follows, because code is compiled and memory touched: not where time is modelled.</summary>
    bool NeedsWarmUp { get; }

    /// <summary>Runs the work and completes when it is done and its time has passed. An exception of the work is thrown here.</summary>
    /// <param name="work">What takes the time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="then">What is done with the result when the time has passed, where the work was done; takes no time of its own. Null for nothing.</param>
    ValueTask RunAsync(Action work, CancellationToken cancellation, Action? then = null);
}
