using Rubato.Numerics;

namespace Rubato.Tests.Numerics;

public sealed class RandomStreamTests
{
    [Fact]
    public void The_same_name_gives_the_same_draws_and_any_other_name_gives_others()
    {
        uint[] draws = Draw(RandomStream.Create(1, "dropout", 3), 100);
        Assert.Equal(draws, Draw(RandomStream.Create(1, "dropout", 3), 100));
        Assert.NotEqual(draws, Draw(RandomStream.Create(2, "dropout", 3), 100));
        Assert.NotEqual(draws, Draw(RandomStream.Create(1, "dropouu", 3), 100));
        Assert.NotEqual(draws, Draw(RandomStream.Create(1, "dropout", 4), 100));
        Assert.NotEqual(draws, Draw(RandomStream.Create(1, "dropout", -3), 100));
    }

    // From a second implementation, written down once: a change of these bits changes the result of every job that anybody has kept.
    [Fact]
    public void The_bits_of_a_stream_never_change()
    {
        Assert.Equal([0xeb95be6b, 0x5ff7c0b7, 0xd72a5014, 0xec29a899], Draw(RandomStream.Create(1, "shuffle"), 4));
        Assert.Equal([0x13880638, 0x976c155e, 0xfe804b42, 0x715ab11c], Draw(RandomStream.Create(1, "größe", long.MinValue), 4));
        Assert.Equal([0x593bd248, 0xa1f3d088, 0xde9339f7, 0x9b20a270], Draw(RandomStream.Create(ulong.MaxValue, "shuffle").Split("part", 2), 4));
    }

    [Fact]
    public void Streams_of_many_seeds_purposes_and_indices_do_not_overlap()
    {
        var seen = new HashSet<ulong>();
        foreach (ulong seed in new ulong[] { 0, 1, 2, ulong.MaxValue })
        {
            foreach (string purpose in new[] { "", "a", "b", "ab", "ba", "dropout", "shuffle", new string('x', 1000) })
            {
                for (long index = -5; index < 20; index++)
                {
                    RandomStream stream = RandomStream.Create(seed, purpose, index);
                    for (int i = 0; i < 20; i++) Assert.True(seen.Add(stream.NextUInt64()), $"{seed}/{purpose}/{index} repeats a draw.");
                }
            }
        }
    }

    [Fact]
    public void Neighbouring_streams_are_uncorrelated()
    {
        const int count = 100_000;
        RandomStream left = RandomStream.Create(1, "worker", 0), right = RandomStream.Create(1, "worker", 1);
        double sum = 0;
        for (int i = 0; i < count; i++) sum += (left.NextDouble() - 0.5) * (right.NextDouble() - 0.5);
        // The product of two uniforms has a standard deviation of 1/12; five of the mean's.
        Assert.InRange(sum / count, -5 / 12.0 / Math.Sqrt(count), 5 / 12.0 / Math.Sqrt(count));
    }

    [Fact]
    public void A_split_does_not_depend_on_how_much_was_drawn()
    {
        RandomStream fresh = RandomStream.Create(9, "data"), used = RandomStream.Create(9, "data");
        Draw(used, 7);
        Assert.Equal(Draw(fresh.Split("epoch", 2), 50), Draw(used.Split("epoch", 2), 50));
        Assert.NotEqual(Draw(fresh.Split("epoch", 2), 50), Draw(fresh.Split("epoch", 3), 50));
        Assert.NotEqual(Draw(RandomStream.Create(9, "data"), 50), Draw(fresh.Split("data"), 50));
    }

    [Fact]
    public void A_restored_stream_goes_on_where_the_saved_one_was()
    {
        for (int before = 0; before < 9; before++)
        {
            RandomStream stream = RandomStream.Create(5, "noise", 1), other = RandomStream.Create(6, "else");
            Draw(stream, before);
            RandomStreamState state = stream.State;
            Draw(other, 2);
            other.State = state;
            Assert.Equal(state, other.State);
            Assert.Equal(Draw(stream, 30), Draw(other, 30));
        }
    }

    [Fact]
    public void Visiting_saves_and_restores_key_and_position()
    {
        RandomStream stream = RandomStream.Create(5, "noise"), other = RandomStream.Create(6, "else");
        Draw(stream, 6);
        var recorder = new CounterVisitor([], write: false);
        stream.VisitState(recorder);
        Assert.Equal(["key", "position"], recorder.Counters.Keys);
        other.VisitState(new CounterVisitor(recorder.Counters, write: true));
        Assert.Equal(stream.State, other.State);
        Assert.Equal(Draw(stream, 10), Draw(other, 10));
    }

    [Fact]
    public void Uniform_draws_are_in_range_and_evenly_spread()
    {
        const int count = 160_000, bins = 16;
        RandomStream stream = RandomStream.Create(1, "uniform");
        var singles = new int[bins];
        var doubles = new int[bins];
        for (int i = 0; i < count; i++)
        {
            float single = stream.NextSingle();
            double number = stream.NextDouble();
            Assert.InRange(single, 0f, MathF.BitDecrement(1));
            Assert.InRange(number, 0d, Math.BitDecrement(1));
            singles[(int)(single * bins)]++;
            doubles[(int)(number * bins)]++;
        }
        AssertEven(singles, count);
        AssertEven(doubles, count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(17)]
    public void Whole_numbers_are_evenly_spread(int maximum)
    {
        const int count = 100_000;
        RandomStream stream = RandomStream.Create(1, "whole");
        var counts = new int[maximum];
        for (int i = 0; i < count; i++) counts[stream.NextInt32(maximum)]++;
        AssertEven(counts, count);
    }

    [Fact]
    public void Whole_numbers_of_a_large_uneven_range_have_no_bias()
    {
        // 3·2^29 does not divide 2^32: without rejection the numbers 2, 5, 8, … would be drawn a third less often than the others.
        const int maximum = 3 << 29, count = 90_000;
        RandomStream stream = RandomStream.Create(1, "uneven");
        var residues = new int[3];
        for (int i = 0; i < count; i++) residues[stream.NextInt32(maximum) % 3]++;
        AssertEven(residues, count);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextInt32(0));
    }

    [Fact]
    public void Normal_draws_have_the_moments_of_a_normal()
    {
        const int count = 200_000;
        RandomStream stream = RandomStream.Create(1, "normal");
        double sum = 0, squares = 0, fourths = 0;
        for (int i = 0; i < count; i++)
        {
            double x = stream.NextNormal();
            Assert.True(double.IsFinite(x));
            sum += x;
            squares += x * x;
            fourths += x * x * x * x;
        }
        Assert.InRange(sum / count, -0.012, 0.012);
        Assert.InRange(squares / count, 0.98, 1.02);
        Assert.InRange(fourths / count, 2.85, 3.15);
    }

    [Fact]
    public void Filling_makes_the_same_draws_as_one_at_a_time()
    {
        for (int before = 0; before < 6; before++)
        {
            foreach (int length in new[] { 0, 1, 2, 3, 4, 5, 15, 16, 17, 37, 64, 131 })
            {
                RandomStream filling = RandomStream.Create(2, "fill"), single = RandomStream.Create(2, "fill");
                Draw(filling, before);
                Draw(single, before);
                var values = new float[length];
                filling.FillUniform(values);
                Assert.Equal(Enumerable.Range(0, length).Select(_ => single.NextSingle()), values);
                Assert.Equal(single.NextUInt32(), filling.NextUInt32());
                Assert.Equal(single.State, filling.State);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(97)]
    public void Shuffling_keeps_every_item_once(int length)
    {
        int[] items = [.. Enumerable.Range(0, length)];
        RandomStream.Create(1, "shuffle").Shuffle(items.AsSpan());
        if (length > 10) Assert.NotEqual(Enumerable.Range(0, length), items);
        Assert.Equal(Enumerable.Range(0, length), items.Order());
    }

    [Fact]
    public void Every_order_is_equally_likely()
    {
        const int count = 60_000;
        RandomStream stream = RandomStream.Create(1, "orders");
        var orders = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            char[] items = ['a', 'b', 'c', 'd'];
            stream.Shuffle(items.AsSpan());
            string order = new(items);
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(24, orders.Count);
        AssertEven([.. orders.Values], count);
    }

    [Fact]
    public void A_stream_costs_one_small_object()
    {
        RandomStream.Create(1, "cheap");
        long before = GC.GetAllocatedBytesForCurrentThread();
        RandomStream stream = RandomStream.Create(1, "cheap", 7);
        long cost = GC.GetAllocatedBytesForCurrentThread() - before;
        stream.NextUInt64();
        long costAfterUse = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(cost, 1, 64);
        Assert.Equal(cost, costAfterUse);
    }

    private static uint[] Draw(RandomStream stream, int count)
    {
        var draws = new uint[count];
        for (int i = 0; i < count; i++) draws[i] = stream.NextUInt32();
        return draws;
    }

    // Pearson's statistic against its mean plus six standard deviations; the streams are seeded, so this fails always or never.
    private static void AssertEven(int[] counts, int total)
    {
        Assert.Equal(total, counts.Sum());
        double expected = (double)total / counts.Length, freedom = counts.Length - 1;
        double statistic = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.True(statistic <= freedom + 6 * Math.Sqrt(2 * freedom), $"χ² is {statistic:F1} over {freedom} degrees: {string.Join(' ', counts)}");
    }

    private sealed class CounterVisitor(Dictionary<string, long> counters, bool write) : IStateVisitor
    {
        public Dictionary<string, long> Counters => counters;

        public void Vector(string name, Span<float> values) => Assert.Fail($"A stream has no vector, but showed '{name}'.");

        public void Counter(string name, ref long value)
        {
            if (write) value = counters[name];
            else counters.Add(name, value);
        }

        public void Part(string name, IStateful part) => Assert.Fail($"A stream has no part, but showed '{name}'.");
    }
}
