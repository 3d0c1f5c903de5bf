using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>The base time of one step's gradient computation.</summary>
/// <param name="Base">The time of a step on a worker that is not slowed; zero for as fast as the processor is.</param>
public readonly record struct ComputeTime(TimeSpan Base)
{
    /// <summary>As fast as the processor is.</summary>
    public static ComputeTime Unpaced => default;

    /// <summary>Reads <c>20ms</c>, with <c>us</c>, <c>ms</c> or <c>s</c>; <c>0</c> for unpaced.</summary>
    /// <exception cref="InvalidRequestException">The text is no time, or names a distribution.</exception>
    public static ComputeTime Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
            throw new InvalidRequestException(
                $"The compute time '{text}' names a distribution, which belongs to the simulated world that this version does not have. "
                + $"Write {text[..colon]}, and --straggler for slow workers.");
        return new ComputeTime(Quantity.ParseTime("compute time", text));
    }

    /// <summary>The time as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Quantity.Write(Base);
}
