using System.Globalization;
using Rubato.Configuration;

namespace Rubato.Simulation;

/// <summary>Something that goes wrong in a simulated cluster.</summary>
public abstract record Fault
{
    private static readonly string[] Kinds = ["crash", "pause", "partition", "delay"];

    private Fault()
    {
    }

    /// <summary>Reads <c>crash:3@2s</c>, <c>pause:3@2s+500ms</c>, <c>partition:0-2@1s+3s</c> or <c>delay:probability=0.05,mean=20ms</c>.</summary>
    /// <exception cref="InvalidRequestException">The text is none of these.</exception>
    public static Fault Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        (string kind, string rest) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        if (!Kinds.Contains(kind)) throw new InvalidRequestException($"There is no fault '{kind}'.{NearestName.Suggest(kind, Kinds)}");
        if (kind == "delay") return ParseDelay(text);
        string[] parts = rest.Split('@');
        string[] times = parts[^1].Split('+');
        bool lasts = kind != "crash";
        if (parts.Length != 2 || times.Length != (lasts ? 2 : 1) || Ranks(parts[0]) is not { } ranks || (kind != "partition" && ranks.First != ranks.Last))
        {
            throw new InvalidRequestException(
                $"The fault '{text}' does not say who and when. Write crash:RANK@TIME, pause:RANK@TIME+DURATION or partition:FIRST-LAST@TIME+DURATION, for example {kind}:"
                + (kind switch { "crash" => "3@2s.", "pause" => "3@2s+500ms.", _ => "0-2@1s+3s." }));
        }
        TimeSpan at = Quantity.ParseTime("time of the fault", times[0]);
        TimeSpan duration = lasts ? Quantity.ParseTime("duration of the fault", times[1]) : TimeSpan.Zero;
        return kind switch
        {
            "crash" => new Crash(ranks.First, at),
            "pause" => new Pause(ranks.First, at, duration),
            _ => new Partition(ranks.First, ranks.Last, at, duration),
        };
    }

    /// <summary>The fault as <see cref="Parse"/> reads it.</summary>
    public sealed override string ToString() => this switch
    {
        Crash fault => $"crash:{fault.Rank}@{Quantity.Write(fault.At)}",
        Pause fault => $"pause:{fault.Rank}@{Quantity.Write(fault.At)}+{Quantity.Write(fault.Duration)}",
        Partition fault => $"partition:{fault.First}-{fault.Last}@{Quantity.Write(fault.At)}+{Quantity.Write(fault.Duration)}",
        Delay fault => string.Create(CultureInfo.InvariantCulture, $"delay:probability={fault.Probability:R},mean={Quantity.Write(fault.Mean)}"),
        _ => throw new InvalidOperationException("There are four kinds of faults only."),
    };

    private static Delay ParseDelay(string text)
    {
        Specification given = Specification.Parse(text);
        if (given.Options.Count == 2 && given.Options.TryGetValue("mean", out string? mean) && given.Options.TryGetValue("probability", out string? share)
            && double.TryParse(share, NumberStyles.Float, CultureInfo.InvariantCulture, out double probability) && probability is >= 0 and <= 1)
            return new Delay(probability, Quantity.ParseTime("mean delay", mean));
        throw new InvalidRequestException($"The fault '{text}' needs a probability from 0 to 1 and a mean. Write delay:probability=0.05,mean=20ms, for example.");
    }

    private static (int First, int Last)? Ranks(string text)
    {
        string[] ends = text.Split('-');
        return ends.Length <= 2 && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) && last >= first
            ? (first, last) : null;
    }

    /// <summary>An endpoint ends at once, as a killed process does.</summary>
    public sealed record Crash(int Rank, TimeSpan At) : Fault;

    /// <summary>An endpoint stands still for a while, as a stopped process does.</summary>
    public sealed record Pause(int Rank, TimeSpan At, TimeSpan Duration) : Fault;

    /// <summary>Some endpoints cannot be reached by the others for a while; what is sent meanwhile arrives afterwards.</summary>
    public sealed record Partition(int First, int Last, TimeSpan At, TimeSpan Duration) : Fault;

    /// <summary>Some messages arrive later, by an exponentially distributed time, so that those with other tags overtake them.</summary>
    public sealed record Delay(double Probability, TimeSpan Mean) : Fault;
}
