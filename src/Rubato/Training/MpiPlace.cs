using System.Globalization;
using System.Text.Json;

namespace Rubato.Training;

/// <summary>Where one MPI rank lives.</summary>
/// <param name="Host">The machine, as MPI calls it.</param>
/// <param name="ProcessId">The process there.</param>
/// <param name="Cores">The cores that the process may use.</param>
internal sealed record MpiPlace(string Host, int ProcessId, int[] Cores)
{
    /// <summary>Where this process lives.</summary>
    public static MpiPlace Here(string host) => new(host, Environment.ProcessId, [.. OwnCores()]);

    /// <summary>Whether every machine has a core for each of its ranks.</summary>
    public static bool HaveOwnCores(IReadOnlyList<MpiPlace> places) => places.GroupBy(place => place.Host)
        .All(host => host.Count() <= host.SelectMany(place => place.Cores).Distinct().Count());

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(new object[] { Host, ProcessId, Cores });

    public static MpiPlace Read(byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        JsonElement place = document.RootElement;
        return new MpiPlace(place[0].GetString() ?? "", place[1].GetInt32(), [.. place[2].EnumerateArray().Select(core => core.GetInt32())]);
    }

    // Launchers bind ranks to cores, so two ranks that may use one core each can have two or one between them.
    private static IEnumerable<int> OwnCores()
    {
        const string mark = "Cpus_allowed_list:";
        string? list = File.Exists("/proc/self/status")
            ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(mark, StringComparison.Ordinal)) : null;
        return list is null ? Enumerable.Range(0, Environment.ProcessorCount) : list[mark.Length..].Split(',', StringSplitOptions.TrimEntries).SelectMany(Range);
    }

    private static IEnumerable<int> Range(string text)
    {
        int[] ends = [.. text.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }
}
