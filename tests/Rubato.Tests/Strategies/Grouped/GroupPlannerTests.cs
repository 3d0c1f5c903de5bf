using Rubato.Numerics;
using Rubato.Strategies.Grouped;

namespace Rubato.Tests.Strategies.Grouped;

public class GroupPlannerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(16)]
    public void Equally_fast_workers_make_one_group(int workers)
    {
        GroupPlan plan = new GroupPlanner(workers, 0.01).Best([.. Enumerable.Repeat(new double[] { 1, 1, 1 }, workers)]);

        Assert.Equal(1, plan.Groups);
        Assert.All(plan.GroupOf, group => Assert.Equal(0, group));
        Assert.Equal(workers, plan.GradientsPerSecond, 12);
        Assert.Equal(1, plan.SecondsPerUsefulUpdate, 12);
    }

    [Fact]
    public void One_straggler_gets_a_group_of_its_own_and_the_others_stay_together()
    {
        double[][] times = [.. Enumerable.Range(0, 8).Select(worker => new double[] { worker == 3 ? 4 : 1 })];

        GroupPlan plan = new GroupPlanner(8, 0.01).Best(times);

        Assert.Equal(2, plan.Groups);
        Assert.Equal([1, 1, 1, 0, 1, 1, 1, 1], plan.GroupOf);
        Assert.Equal(7 + 0.25, plan.GradientsPerSecond, 12);
        Assert.Equal(1.01 * 8 / 7.25, plan.SecondsPerUsefulUpdate, 12);
    }

    [Fact]
    public void The_dearer_staleness_is_the_fewer_groups_there_are()
    {
        var random = RandomStream.Create(1, "times");
        double[][] times = [.. Enumerable.Range(0, 12).Select(worker => Enumerable.Range(0, 8).Select(_ => (1 + 0.3 * worker) * Math.Exp(0.2 * random.NextNormal())).ToArray())];

        int[] groups = [.. new[] { 0, 0.01, 0.1, 1, 100 }.Select(cost => new GroupPlanner(12, cost).Best(times).Groups)];

        Assert.Equal(12, groups[0]);
        Assert.Equal(1, groups[^1]);
        Assert.Equal(groups.OrderDescending(), groups);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    [InlineData(3, 6)]
    public void No_other_division_into_sorted_blocks_is_better(ulong seed, int workers)
    {
        var random = RandomStream.Create(seed, "times");
        double[][] times = [.. Enumerable.Range(0, workers).Select(_ => Enumerable.Range(0, 4).Select(_ => 0.2 + random.NextDouble()).ToArray())];
        var planner = new GroupPlanner(workers, 0.05);
        int[] order = [.. Enumerable.Range(0, workers).OrderByDescending(worker => times[worker].Average())];

        GroupPlan plan = planner.Best(times);

        double least = Enumerable.Range(0, 1 << (workers - 1)).Min(cuts => planner.SecondsPerUsefulUpdate(times, Divided(order, cuts)));
        Assert.Equal(least, plan.SecondsPerUsefulUpdate, 12);
        Assert.Equal(least, planner.SecondsPerUsefulUpdate(times, plan.GroupOf), 12);
    }

    [Fact]
    public void Lost_workers_are_not_counted_on_and_the_limit_is_kept()
    {
        GroupPlan plan = new GroupPlanner(2, 0).Best([[1], null, [2], [3]]);

        Assert.Equal(2, plan.Groups);
        Assert.Equal(3, new[] { plan.GroupOf[0], plan.GroupOf[2], plan.GroupOf[3] }.Length);
        Assert.All(plan.GroupOf, group => Assert.InRange(group, 0, 1));
        Assert.Equal(plan.GroupOf[2], plan.GroupOf[3]);
    }

    private static int[] Divided(int[] order, int cuts)
    {
        var groupOf = new int[order.Length];
        int group = 0;
        for (int i = 0; i < order.Length; i++)
        {
            if (i > 0 && (cuts >> (i - 1) & 1) == 1) group++;
            groupOf[order[i]] = group;
        }
        return groupOf;
    }
}
