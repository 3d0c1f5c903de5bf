using Rubato.Communication;

namespace Rubato.Strategies.Grouped;

/// <summary>Deals P workers out to G groups whose sizes differ by one at most. The result is the group of every worker.</summary>
internal static class GroupPartition
{
    /// <summary>Neighbouring ranks share a group.</summary>
    public static int[] Contiguous(int workers, int groups) => Blocks([.. Enumerable.Range(0, workers)], groups);

    /// <summary>Worker r is in group r mod G.</summary>
    public static int[] RoundRobin(int workers, int groups) => [.. Enumerable.Range(0, workers).Select(worker => worker % groups)];

    /// <summary>Workers sorted from the slowest to the fastest and cut into blocks, so that slow ones share a group.</summary>
    /// <param name="stepsTaken">The steps that each worker took in the same time; equal ones are in the order of their ranks.</param>
    /// <param name="groups">The number of groups.</param>
    public static int[] BySpeed(IReadOnlyList<long> stepsTaken, int groups) =>
        Blocks([.. Enumerable.Range(0, stepsTaken.Count).OrderBy(worker => stepsTaken[worker]).ThenBy(worker => worker)], groups);

    private static int[] Blocks(int[] order, int groups)
    {
        var groupOf = new int[order.Length];
        for (int group = 0; group < groups; group++)
            foreach (int worker in order[Chunks.Of(group, groups, order.Length)]) groupOf[worker] = group;
        return groupOf;
    }
}
