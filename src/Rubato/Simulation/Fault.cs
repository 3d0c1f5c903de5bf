using System.Globalization;
using Rubato.Configuration;

namespace Rubato.Simulation;

/// <summary>Something that goes wrong in a simulated cluster.</summary>
public abstract record Fault
{
    private const string Random = "random";

    private static readonly string[] Kinds = ["crash", "restart", "pause", "partition", "delay"];

    private Fault()
    {
    }

    /// <summary>
    /// Reads <c>crash:3@2s</c>, <c>restart:3@2s</c>, <c>pause:3@2s+500ms</c>, <c>partition:0-2@1s+3s</c> or <c>delay:probability=0.05,mean=20ms</c>;
    /// with <c>random</c> in place of the rank, as in <c>crash:random@60s</c>, a fault of every endpoint at a rate of one in that time.
    /// </summary>
    /// <exception cref="InvalidRequestException">The text is none of these.</exception>
    public static Fault Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        (string kind, string rest) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        if (!Kinds.Contains(kind)) throw new InvalidRequestException($"There is no fault '{kind}'.{NearestName.Suggest(kind, Kinds)}");
        if (kind == "delay") return ParseDelay(text);
        string[] parts = rest.Split('@');
        string[] times = parts[^1].Split('+');
        bool lasts = kind is not ("crash" or "restart");
        if (parts is [Random, _] && times.Length == (lasts ? 2 : 1))
            return new AtRandom(kind, Positive(text, times[0]), lasts ? Positive(text, times[1]) : TimeSpan.Zero);
        if (parts.Length != 2 || times.Length != (lasts ? 2 : 1) || Ranks(parts[0]) is not { } ranks || (kind != "partition" && ranks.First != ranks.Last))
        {
            throw new InvalidRequestException(
                $"The fault '{text}' does not say who and when. Write crash:RANK@TIME, restart:RANK@TIME, pause:RANK@TIME+DURATION or partition:FIRST-LAST@TIME+DURATION, "
                + $"or random and a mean time in place of rank and time, for example {kind}:"
                + (kind switch { "crash" or "restart" => "3@2s.", "pause" => "3@2s+500ms.", _ => "0-2@1s+3s." }));
        }
        TimeSpan at = Quantity.ParseTime("time of the fault", times[0]);
        TimeSpan duration = lasts ? Quantity.ParseTime("duration of the fault", times[1]) : TimeSpan.Zero;
        return kind switch
        {
            "crash" => new Crash(ranks.First, at),
            "restart" => new Restart(ranks.First, at),
            "pause" => new Pause(ranks.First, at, duration),
            _ => new Partition(ranks.First, ranks.Last, at, duration),
        };
    }

    /// <summary>The fault as <see cref="Parse"/> reads it.</summary>
    public sealed override string ToString() => this switch
    {
        Crash fault => $"crash:{fault.Rank}@{Quantity.Write(fault.At)}",
        Restart fault => $"restart:{fault.Rank}@{Quantity.Write(fault.At)}",
        Pause fault => $"pause:{fault.Rank}@{Quantity.Write(fault.At)}+{Quantity.Write(fault.Duration)}",
        Partition fault => $"partition:{fault.First}-{fault.Last}@{Quantity.Write(fault.At)}+{Quantity.Write(fault.Duration)}",
        Delay fault => string.Create(CultureInfo.InvariantCulture, $"delay:probability={fault.Probability:R},mean={Quantity.Write(fault.Mean)}"),
        AtRandom fault => $"{fault.Kind}:{Random}@{Quantity.Write(fault.Mean)}{(fault.Duration > TimeSpan.Zero ? $"+{Quantity.Write(fault.Duration)}" : "")}",
        _ => throw new InvalidOperationException("There are no other kinds of faults."),
    };

    private static TimeSpan Positive(string fault, string time)
    {
        TimeSpan read = Quantity.ParseTime("time of the fault", time);
        return read > TimeSpan.Zero ? read
            : throw new InvalidRequestException($"The random fault '{fault}' has a time of 0, but the least is above 0. Write pause:random@60s+500ms, for example.");
    }

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

    /// <summary>An endpoint ends at once, and is there again when the job is resumed: a run that goes on from a checkpoint is not hit.</summary>
    public sealed record Restart(int Rank, TimeSpan At) : Fault;

    /// <summary>An endpoint stands still for a while, as a stopped process does.</summary>
    public sealed record Pause(int Rank, TimeSpan At, TimeSpan Duration) : Fault;

    /// <summary>Some endpoints cannot be reached by the others for a while; what is sent meanwhile arrives afterwards.</summary>
    public sealed record Partition(int First, int Last, TimeSpan At, TimeSpan Duration) : Fault;

    /// <summary>Some messages arrive later, by an exponentially distributed time, so that those with other tags overtake them.</summary>
    public sealed record Delay(double Probability, TimeSpan Mean) : Fault;

    /// <summary>Every endpoint, by itself, has a fault of one kind at exponentially distributed intervals.</summary>
    /// <param name="Kind"><c>crash</c>, <c>restart</c>, <c>pause</c> or <c>partition</c>, which cuts the one endpoint off.</param>
    /// <param name="Mean">From the start of the simulation, or the end of the last such fault, to the next one.</param>
    /// <param name="Duration">How long each lasts; 0 for crashes and restarts.</param>
    public sealed record AtRandom(string Kind, TimeSpan Mean, TimeSpan Duration) : Fault
    {
        /// <summary>The fault that an endpoint has at a time.</summary>
        internal Fault Of(int endpoint, TimeSpan at) => Kind switch
        {
            "crash" => new Crash(endpoint, at),
            "restart" => new Restart(endpoint, at),
            "pause" => new Pause(endpoint, at, Duration),
            _ => new Partition(endpoint, endpoint, at, Duration),
        };
    }
}
