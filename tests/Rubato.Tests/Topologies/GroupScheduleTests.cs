using Rubato.Topologies;

namespace Rubato.Tests.Topologies;

public class GroupScheduleTests
{
    private static readonly (string Name, Func<int, int, GroupSchedule> Make)[] Schedules =
    [
        ("grid", GridSchedule.OfLines),
        ("near-square", (size, _) => GridSchedule.NearSquare(size)),
        ("random", (size, largest) => new RandomSchedule(size, largest, 7)),
        ("racks", (size, rack) => new RackSchedule(size, rack)),
        ("fixed", (size, largest) => new FixedSchedule(GridSchedule.OfLines(size, largest))),
    ];

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach ((string name, _) in Schedules)
                foreach (int largest in new[] { 2, 3, 4, 7 }) cases.Add(name, largest);
            return cases;
        }
    }

    // Primes, odd sizes and one worker alone among them.
    [Theory, MemberData(nameof(Cases))]
    public void Every_round_deals_every_rank_into_exactly_one_group_and_all_of_them_agree_on_it(string name, int largest)
    {
        for (int size = 1; size <= 41; size++)
        {
            GroupSchedule schedule = Make(name, size, largest);
            for (long round = 0; round < 9; round++)
            {
                int[][] groups = schedule.GroupsOf(round);

                Assert.Equal(Enumerable.Range(0, size), groups.SelectMany(group => group).Order());
                foreach (int[] group in groups)
                {
                    Assert.Equal(group.Order(), group);
                    foreach (int member in group) Assert.Equal(group, Make(name, size, largest).MembersOf(member, round));
                }
            }
        }
    }

    [Theory]
    [InlineData("grid")]
    [InlineData("random")]
    public void No_group_is_larger_than_asked_for(string name)
    {
        for (int size = 2; size <= 64; size++)
            for (int largest = 2; largest <= size; largest++)
                for (long round = 0; round < 6; round++)
                    Assert.All(Make(name, size, largest).GroupsOf(round), group => Assert.InRange(group.Length, 1, largest));
    }

    [Fact]
    public void Sizes_of_random_groups_differ_by_one_at_most_and_their_members_by_seed_and_round()
    {
        for (int size = 1; size <= 41; size++)
        {
            int[] sizes = [.. new RandomSchedule(size, 4, 3).GroupsOf(5).Select(group => group.Length)];
            Assert.True(sizes.Max() - sizes.Min() <= 1);
        }
        int[][] groups = new RandomSchedule(40, 4, 3).GroupsOf(5);
        Assert.Equal(groups, new RandomSchedule(40, 4, 3).GroupsOf(5));
        Assert.NotEqual(groups, new RandomSchedule(40, 4, 3).GroupsOf(6));
        Assert.NotEqual(groups, new RandomSchedule(40, 4, 4).GroupsOf(5));
    }

    [Theory]
    [InlineData(16, 4, new[] { 4, 4 })]
    [InlineData(16, 2, new[] { 2, 2, 2, 2 })]
    [InlineData(24, 4, new[] { 4, 3, 2 })]
    [InlineData(256, 16, new[] { 16, 16 })]
    [InlineData(7, 7, new[] { 7 })]
    [InlineData(1, 1, new[] { 1 })]
    public void A_round_along_every_axis_of_a_full_grid_is_one_global_average(int size, int longest, int[] axes)
    {
        GridSchedule grid = GridSchedule.OfLines(size, longest);
        Assert.Equal(axes, grid.Axes);
        double[] values = [.. Enumerable.Range(0, size).Select(rank => Math.Sin(rank) + rank)];
        double mean = values.Average();

        for (int round = 0; round < axes.Length; round++) Average(values, grid.GroupsOf(round));

        Assert.All(values, value => Assert.Equal(mean, value, 1e-9));
    }

    [Fact]
    public void A_row_and_a_column_of_a_full_grid_have_exactly_one_rank_in_common()
    {
        foreach (int[] row in GridSchedule.OfLines(16, 4).GroupsOf(0))
            foreach (int[] column in GridSchedule.OfLines(16, 4).GroupsOf(1)) Assert.Single(row.Intersect(column));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Averages_keep_the_mean_and_lead_everybody_to_it_unless_the_groups_are_fixed(string name, int largest)
    {
        foreach (int size in new[] { 2, 5, 7, 12, 13, 31 })
        {
            GroupSchedule schedule = Make(name, size, Math.Min(largest, size));
            double[] values = [.. Enumerable.Range(0, size).Select(rank => (double)rank * rank)];
            double mean = values.Average();
            for (long round = 0; round < 400; round++)
            {
                Average(values, schedule.GroupsOf(round));
                Assert.Equal(mean, values.Average(), 1e-9 * mean);
            }
            double farthest = values.Max(value => Math.Abs(value - mean));
            if (name == "fixed" && largest < size) Assert.True(farthest > 1);
            else Assert.True(farthest < 1e-6, $"{name} {size}/{largest}: still {farthest} from the mean");
        }
    }

    [Theory]
    [InlineData(16, 4)]
    [InlineData(13, 4)]
    [InlineData(9, 2)]
    public void No_group_sends_more_than_one_rank_out_of_a_rack(int size, int rack)
    {
        for (long round = 0; round < 16; round++)
            foreach (int[] group in new RackSchedule(size, rack).GroupsOf(round))
                Assert.True(group.Select(rank => rank / rack).Distinct().Count() is var racks && (racks == 1 || racks == group.Length));
    }

    [Theory]
    [InlineData(7, new[] { 3, 3 })]
    [InlineData(8, new[] { 4, 2 })]
    [InlineData(12, new[] { 4, 3 })]
    [InlineData(16, new[] { 4, 4 })]
    [InlineData(2, new[] { 2 })]
    public void A_chosen_grid_is_near_a_square(int size, int[] axes) => Assert.Equal(axes, GridSchedule.NearSquare(size).Axes);

    private static GroupSchedule Make(string name, int size, int largest) => Schedules.Single(schedule => schedule.Name == name).Make(size, largest);

    private static void Average(double[] values, int[][] groups)
    {
        foreach (int[] group in groups)
        {
            double mean = group.Average(rank => values[rank]);
            foreach (int rank in group) values[rank] = mean;
        }
    }
}
