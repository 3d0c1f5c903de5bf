namespace Rubato.Training;

/// <summary>What one worker did.</summary>
/// <param name="Rank">Its rank.</param>
/// <param name="Steps">Steps it took.</param>
/// <param name="Samples">Samples it computed.</param>
/// <param name="ComputeSeconds">Time spent computing gradients (slowness included), of all its threads.</param>
/// <param name="WaitSeconds">Time spent communicating and waiting, of all its threads.</param>
/// <param name="BytesSent">Payload bytes of training traffic it sent.</param>
/// <param name="CausedWaitSeconds">
/// Time that others, added up, waited for this one because it was the last to be ready: for a collective, or for an update that a server
/// makes of several workers' gradients.
/// </param>
/// <param name="Synchronizations">How often its replica was synchronized with others, where the strategy counts that; else 0.</param>
public sealed record WorkerReport(int Rank, long Steps, long Samples, double ComputeSeconds, double WaitSeconds, long BytesSent, double CausedWaitSeconds,
    long Synchronizations);
