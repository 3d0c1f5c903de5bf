using Rubato.Configuration;
using Rubato.Simulation;

namespace Rubato.Training;

/// <summary>The base time of one step's gradient computation, and how it varies from step to step.</summary>
/// <param name="Base">The time of a step, or of a sample, on a worker that is not slowed; zero for as fast as the processor is.</param>
public readonly record struct ComputeTime(TimeSpan Base)
{
    private const string PerSample = "/sample";

    /// <summary>As fast as the processor is.</summary>
    public static ComputeTime Unpaced => default;

    /// <summary>Whether <see cref="Base"/> is the time of one sample, so that a step takes the batch size times as long.</summary>
    public bool IsPerSample { get; init; }

    /// <summary>How step times vary, a name of <see cref="NoiseCatalog"/> with options; null for not at all.</summary>
    public Specification? Distribution { get; init; }

    /// <summary>Reads <c>20ms</c>, <c>1ms/sample</c> or <c>20ms:log-normal:sigma=0.1</c>, with <c>us</c>, <c>ms</c> or <c>s</c>; <c>0</c> for unpaced.</summary>
    /// <exception cref="InvalidRequestException">The text is no time, or the distribution is unknown or has an unknown option.</exception>
    public static ComputeTime Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string time = colon < 0 ? text : text[..colon];
        Specification? distribution = colon < 0 ? null : Specification.Parse(text[(colon + 1)..]);
        if (distribution is not null) _ = NoiseCatalog.All.Create(distribution);
        bool perSample = time.EndsWith(PerSample, StringComparison.Ordinal);
        if (!perSample && time.Contains('/', StringComparison.Ordinal))
            throw new InvalidRequestException($"The compute time '{time}' is that of neither a step nor a sample. Write 20ms for a step or 1ms/sample, for example.");
        return new ComputeTime(Quantity.ParseTime("compute time", perSample ? time[..^PerSample.Length] : time))
        {
            IsPerSample = perSample,
            Distribution = distribution,
        };
    }

    /// <summary>The base time of a step with so many samples.</summary>
    public TimeSpan StepOf(int batchSize) => IsPerSample ? Base * batchSize : Base;

    /// <summary>The time as <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        Quantity.Write(Base) + (IsPerSample ? PerSample : "") + (Distribution is null ? "" : $":{Distribution}");
}
