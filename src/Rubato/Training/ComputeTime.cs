namespace Rubato.Training;

/// <summary>The base time of one step's gradient computation.</summary>
/// <param name="Base">The time of a step on a worker that is not slowed; zero for as fast as the processor is.</param>
public readonly record struct ComputeTime(TimeSpan Base)
{
    /// <summary>As fast as the processor is.</summary>
    public static ComputeTime Unpaced => default;
}
