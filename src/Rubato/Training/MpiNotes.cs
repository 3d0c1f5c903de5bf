using Rubato.Transports.Mpi;

namespace Rubato.Training;

/// <summary>What rank 0 tells its user before an MPI run: which library, who is where, and what the launcher could do better.</summary>
internal static class MpiNotes
{
    private const int MostRanks = 64;

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Describe(JobPlan plan, MpiLayout layout, IReadOnlyList<MpiPlace> places, MpiProcess process)
    {
        yield return $"mpi: {process.Library.Version} ({process.Library.Path}), {places.Count} rank{(places.Count == 1 ? "" : "s")}";
        for (int rank = 0; rank < Math.Min(places.Count, MostRanks); rank++)
        {
            IEnumerable<string> names = layout.EndpointsOf(rank).Select(endpoint => RunFailures.NameOf(endpoint, plan.Workers, plan.Servers));
            yield return $"mpi: rank {rank} on {places[rank].Host}, process {places[rank].ProcessId}: {string.Join(", ", names)}";
        }
        if (places.Count > MostRanks) yield return $"mpi: ranks {MostRanks} to {places.Count - 1} in the same way";
        if (Advice(places) is { } advice) yield return advice;
    }

    private static string? Advice(IReadOnlyList<MpiPlace> places)
    {
        IGrouping<string, MpiPlace>? crowded = places.GroupBy(place => place.Host)
            .FirstOrDefault(host => host.Count() > host.SelectMany(place => place.Cores).Distinct().Count());
        if (crowded is not null)
        {
            return $"mpi: {crowded.Count()} ranks share {crowded.SelectMany(place => place.Cores).Distinct().Count()} cores on {crowded.Key}: "
                + "waits sleep in place of polling. Set DOTNET_TieredCompilation=0 for all ranks (docs/cluster.md).";
        }
        return places.Any(place => place.Cores.Length == 1)
            ? "mpi: the launcher binds ranks to one core each, but a rank computes and communicates at the same time. Add --bind-to none, or a core more for each rank."
            : null;
    }
}
