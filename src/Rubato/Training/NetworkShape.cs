using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>The latency and bandwidth that every node's link is given.</summary>
/// <param name="Latency">The time from the last bit sent to the last bit received; zero or more.</param>
/// <param name="BitsPerSecond">The rate at which a node sends, and at which it receives; above 0, infinite for unshaped.</param>
public readonly record struct NetworkShape(TimeSpan Latency, double BitsPerSecond)
{
    /// <summary>The file that describes sites and their links (see <see cref="NetworkFile"/>), in place of one shape for all; null for none.</summary>
    public string? File { get; init; }

    /// <summary>What such a file says, in one line of YAML in braces; null for none.</summary>
    public string? Sites { get; init; }

    /// <summary>Reads <c>latency=1ms,bandwidth=1Gbit</c>, where either may be left out (no latency, unshaped bandwidth), the name of a file, or its content in braces.</summary>
    /// <exception cref="InvalidRequestException">A key is unknown or a value is no time or rate.</exception>
    public static NetworkShape Parse(string text)
    {
        if (text.StartsWith('{')) return new NetworkShape(TimeSpan.Zero, double.PositiveInfinity) { Sites = text };
        if (text.Length > 0 && !text.Contains('=', StringComparison.Ordinal)) return new NetworkShape(TimeSpan.Zero, double.PositiveInfinity) { File = text };
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
    public override string ToString() => Sites ?? File
        ?? $"latency={Quantity.Write(Latency)}{(double.IsInfinity(BitsPerSecond) ? "" : $",bandwidth={Quantity.WriteRate(BitsPerSecond)}")}";
}
