namespace Rubato.Training;

/// <summary>What one worker did.</summary>
/// <param name="Rank">Its rank.</param>
/// <param name="Steps">Steps it took.</param>
/// <param name="Samples">Samples it computed.</param>
/// <param name="ComputeSeconds">Time spent computing gradients (slowness included).</param>
/// <param name="WaitSeconds">Time spent communicating and waiting.</param>
/// <param name="BytesSent">Payload bytes of training traffic it sent.</param>
public sealed record WorkerReport(int Rank, long Steps, long Samples, double ComputeSeconds, double WaitSeconds, long BytesSent);
