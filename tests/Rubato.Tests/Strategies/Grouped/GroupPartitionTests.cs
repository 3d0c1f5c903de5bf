using Rubato.Strategies.Grouped;

namespace Rubato.Tests.Strategies.Grouped;

public class GroupPartitionTests
{
    [Fact]
    public void Every_worker_has_a_group_and_sizes_differ_by_one_at_most()
    {
        for (int workers = 1; workers <= 13; workers++)
            for (int groups = 1; groups <= workers; groups++)
                foreach (int[] groupOf in new[]
                {
                    GroupPartition.Contiguous(workers, groups), GroupPartition.RoundRobin(workers, groups),
                    GroupPartition.BySpeed([.. Enumerable.Range(0, workers).Select(worker => (long)(worker * 7 % 5))], groups),
                })
                {
                    int[] sizes = [.. Enumerable.Range(0, groups).Select(group => groupOf.Count(g => g == group))];
                    Assert.Equal(workers, sizes.Sum());
                    Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
                    Assert.True(sizes.Min() >= 1);
                }
    }

    [Fact]
    public void Memberships_are_what_their_names_say()
    {
        Assert.Equal([0, 0, 0, 1, 1, 2, 2], GroupPartition.Contiguous(7, 3));
        Assert.Equal([0, 1, 2, 0, 1, 2, 0], GroupPartition.RoundRobin(7, 3));
        Assert.Equal([1, 0, 2, 1, 2, 0], GroupPartition.BySpeed([4, 1, 5, 4, 6, 2], 3));
    }

    [Fact]
    public void The_census_forms_groups_once_and_survives_a_restore()
    {
        var census = new GroupCensus(workers: 4, groups: 2);
        int[] contiguous = [0, 0, 1, 1];
        for (int step = 0; step < 5; step++)
            foreach (int worker in new[] { 1, 2, 3 })
            {
                Assert.Equal(0, census.Generation);
                Assert.Equal(contiguous, census.GroupOf);
                census.Count(worker);
            }
        census.Count(1);

        Assert.Equal(1, census.Generation);
        Assert.Equal([0, 1, 0, 1], census.GroupOf);
        for (int step = 0; step < 50; step++) census.Count(0);
        Assert.Equal([0, 1, 0, 1], census.GroupOf);
        var restored = new GroupCensus(4, 2);
        Rubato.Training.StateSnapshot.Of(census).RestoreTo(restored);
        Assert.Equal(census.GroupOf, restored.GroupOf);
        Assert.Equal(1, restored.Generation);
    }
}
