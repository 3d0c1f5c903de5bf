namespace Rubato.Strategies.Grouped;

/// <summary>Finds the groups with the least expected time per useful update, from the workers' last step times. Arithmetic only.</summary>
/// <remarks>
/// <para>No paper has it. Workers are sorted from the slowest to the fastest and cut into G blocks, of any sizes. A group of n workers makes n gradients in the
/// expected maximum of its members' step times, which is taken from the times themselves, so that jitter counts as well as slowness:
/// the mean over the remembered steps k of max_p t_p[k]. For every G the cuts that give the highest rate are found by dynamic programming.</para>
/// <para>G groups make each other's updates G − 1 versions stale on average. A gradient is held to be worth 1 / (1 + κ (G − 1)) of a fresh one, so the
/// time per useful update is (1 + κ (G − 1)) · P / rate. Cost: O(P² (w + G)) for w remembered steps, now and then.</para>
/// </remarks>
/// <param name="mostGroups">The largest number of groups; at least 1.</param>
/// <param name="stalenessCost">What one version of staleness takes off a gradient's worth (κ); 0 or more.</param>
internal sealed class GroupPlanner(int mostGroups, double stalenessCost)
{
    /// <summary>The best groups for workers with these step times.</summary>
    /// <param name="times">For each worker its last step times in seconds, equally many each; null for a worker that is lost.</param>
    /// <param name="most">The largest number of groups now; at least 1.</param>
    public GroupPlan Best(IReadOnlyList<double[]?> times, int most = int.MaxValue)
    {
        int[] order = [.. Enumerable.Range(0, times.Count).Where(worker => times[worker] is not null)
            .OrderByDescending(worker => times[worker]!.Average()).ThenBy(worker => worker)];
        double[,] rates = RatesOfBlocks([.. order.Select(worker => times[worker]!)]);
        int count = order.Length;
        most = Math.Min(most, Math.Min(mostGroups, count));

        // best[g][j]: the highest rate of the first j workers in g + 1 blocks; cut[g][j]: where the last of them begins.
        double[] before = [.. Enumerable.Range(0, count + 1).Select(end => end == 0 ? double.NegativeInfinity : rates[0, end])];
        var cuts = new List<int[]> { new int[count + 1] };
        (double Cost, int Groups, double Rate) chosen = (count / before[count], 1, before[count]);
        for (int groups = 2; groups <= most; groups++)
        {
            (before, int[] cut) = WithOneMoreBlock(before, rates, groups);
            cuts.Add(cut);
            double cost = (1 + stalenessCost * (groups - 1)) * count / before[count];
            if (cost < chosen.Cost) chosen = (cost, groups, before[count]);
        }
        return new GroupPlan(GroupsOf(order, cuts, chosen.Groups, times.Count), chosen.Groups, chosen.Rate, chosen.Cost);
    }

    /// <summary>What a given division is expected to cost, in the same terms as <see cref="Best"/>.</summary>
    public double SecondsPerUsefulUpdate(IReadOnlyList<double[]?> times, IReadOnlyList<int> groupOf)
    {
        int[] live = [.. Enumerable.Range(0, times.Count).Where(worker => times[worker] is not null)];
        IGrouping<int, int>[] groups = [.. live.GroupBy(worker => groupOf[worker])];
        double rate = groups.Sum(group => group.Count() / ExpectedMaximum([.. group.Select(worker => times[worker]!)]));
        return (1 + stalenessCost * (groups.Length - 1)) * live.Length / rate;
    }

    private static double ExpectedMaximum(double[][] times) =>
        Enumerable.Range(0, times[0].Length).Average(step => times.Max(worker => worker[step]));

    // rates[i, j]: gradients a second of the workers i … j − 1 as one group.
    private static double[,] RatesOfBlocks(double[][] times)
    {
        int count = times.Length;
        var rates = new double[count, count + 1];
        for (int start = 0; start < count; start++)
        {
            double[] slowest = [.. times[start]];
            for (int end = start + 1; end <= count; end++)
            {
                for (int step = 0; step < slowest.Length; step++) slowest[step] = Math.Max(slowest[step], times[end - 1][step]);
                rates[start, end] = (end - start) / slowest.Average();
            }
        }
        return rates;
    }

    private static (double[] Best, int[] Cut) WithOneMoreBlock(double[] before, double[,] rates, int groups)
    {
        var best = new double[before.Length];
        var cut = new int[before.Length];
        Array.Fill(best, double.NegativeInfinity);
        for (int end = groups; end < before.Length; end++)
        {
            for (int start = groups - 1; start < end; start++)
            {
                double rate = before[start] + rates[start, end];
                if (rate > best[end]) (best[end], cut[end]) = (rate, start);
            }
        }
        return (best, cut);
    }

    private static int[] GroupsOf(int[] order, List<int[]> cuts, int groups, int workers)
    {
        var groupOf = new int[workers];
        for (int group = groups - 1, end = order.Length; group >= 0; group--)
        {
            int start = cuts[group][end];
            for (int i = start; i < end; i++) groupOf[order[i]] = group;
            end = start;
        }
        return groupOf;
    }
}
