using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>The latency and bandwidth that every node's link is given.</summary>
/// <param name="Latency">The time from the last bit sent to the last bit received; zero or more.</param>
/// <param name="BitsPerSecond">The rate at which a node sends, and at which it receives; above 0, infinite for unshaped.</param>
public readonly record struct NetworkShape(TimeSpan Latency, double BitsPerSecond)
{
    /// <summary>Reads <c>latency=1ms,bandwidth=1Gbit</c>; either may be left out (no latency, unshaped bandwidth).</summary>
    /// <exception cref="InvalidRequestException">A key is unknown or a value is no time or rate, or the text names a file.</exception>
    public static NetworkShape Parse(string text)
    {
        if (!text.Contains('=', StringComparison.Ordinal))
            throw new InvalidRequestException(
                $"The network '{text}' is not latency=TIME,bandwidth=RATE. Write latency=1ms,bandwidth=1Gbit, for example; "
                + "a file of links belongs to the simulated world, which this version does not have.");
        var shape = new NetworkShape(TimeSpan.Zero, double.PositiveInfinity);
        foreach ((string key, string value) in Specification.Parse($"network:{text}").Options)
        {
            shape = key switch
            {
                "latency" => shape with { Latency = Quantity.ParseTime("latency", value) },
                "bandwidth" => shape with { BitsPerSecond = Quantity.ParseRate("bandwidth", value) },
                _ => throw new InvalidRequestException($"The network has no '{key}'.{NearestName.Suggest(key, ["latency", "bandwidth"])}"),
            };
        }
        return shape;
    }

    /// <summary>The shape as <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        $"latency={Quantity.Write(Latency)}{(double.IsInfinity(BitsPerSecond) ? "" : $",bandwidth={Quantity.WriteRate(BitsPerSecond)}")}";
}
