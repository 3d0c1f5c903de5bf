using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Tests.Communication;

/// <summary>Every collective against its meaning: transports × world sizes × lengths × operations × order.</summary>
public sealed class CollectiveTests
{
    private static readonly int[] Lengths = [0, 1, 5, 997, 70_001];

    public static TheoryData<string, int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, bool>();
            foreach (string transport in new[] { "in-process", "tcp" })
                foreach (int size in new[] { 1, 2, 3, 4, 7, 8 })
                    foreach (bool deterministic in new[] { true, false }) cases.Add(transport, size, deterministic);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public Task All_reduce_equals_the_plain_loop(string transport, int size, bool deterministic) =>
        OnEachAsync(transport, size, deterministic, async (ranks, length) =>
        {
            foreach (ReduceOperation operation in Enum.GetValues<ReduceOperation>())
            {
                float[] vector = Vector(ranks.Rank, length);
                await ranks.AllReduceAsync(vector, operation, CancellationToken.None);
                AssertReduced(Reduced(size, length, operation), vector, deterministic);
            }
        });

    [Theory, MemberData(nameof(Cases))]
    public Task Reduce_scatter_leaves_each_rank_its_chunk_of_the_reduction(string transport, int size, bool deterministic) =>
        OnEachAsync(transport, size, deterministic, async (ranks, length) =>
        {
            foreach (ReduceOperation operation in Enum.GetValues<ReduceOperation>())
            {
                float[] vector = Vector(ranks.Rank, length);
                await ranks.ReduceScatterAsync(vector, operation, CancellationToken.None);
                Range own = Chunks.Of(ranks.Rank, size, length);
                AssertReduced(Reduced(size, length, operation)[own], vector[own], deterministic);
            }
        });

    [Theory, MemberData(nameof(Cases))]
    public Task All_gather_fills_in_everybodys_chunk(string transport, int size, bool deterministic) =>
        OnEachAsync(transport, size, deterministic, async (ranks, length) =>
        {
            float[] whole = Vector(99, length), vector = new float[length];
            Range own = Chunks.Of(ranks.Rank, size, length);
            whole.AsSpan()[own].CopyTo(vector.AsSpan()[own]);
            await ranks.AllGatherAsync(vector, CancellationToken.None);
            Assert.Equal(whole, vector);
        });

    [Theory, MemberData(nameof(Cases))]
    public Task Broadcast_copies_the_root_s_vector_from_any_root(string transport, int size, bool deterministic) =>
        OnEachAsync(transport, size, deterministic, async (ranks, length) =>
        {
            for (int root = 0; root < size; root++)
            {
                float[] vector = Vector(ranks.Rank, length);
                await ranks.BroadcastAsync(vector, root, CancellationToken.None);
                Assert.Equal(Vector(root, length), vector);
            }
        });

    [Theory, MemberData(nameof(Cases))]
    public Task Gather_collects_in_rank_order_and_scatter_deals_out_again(string transport, int size, bool deterministic) =>
        OnEachAsync(transport, size, deterministic, async (ranks, length) =>
        {
            int root = size - 1;
            float[] own = Vector(ranks.Rank, length), back = new float[length];
            float[] all = ranks.Rank == root ? new float[length * size] : [];
            await ranks.GatherAsync(own, all, root, CancellationToken.None);
            if (ranks.Rank == root) Assert.Equal([.. Enumerable.Range(0, size).SelectMany(rank => Vector(rank, length))], all);
            await ranks.ScatterAsync(all, back, root, CancellationToken.None);
            Assert.Equal(own, back);
        });

    [Theory, MemberData(nameof(Cases))]
    public async Task Nobody_leaves_a_barrier_before_everybody_has_come(string transport, int size, bool deterministic)
    {
        await using TestWorld world = await TestWorld.OpenAsync(transport, size, deterministic ? TestWorld.Deterministic : TestWorld.Free);
        int arrived = 0;
        await world.RunAsync(async ranks =>
        {
            for (int round = 1; round <= 20; round++)
            {
                Interlocked.Increment(ref arrived);
                await ranks.BarrierAsync(CancellationToken.None);
                Assert.True(Volatile.Read(ref arrived) >= round * size);
                await ranks.BarrierAsync(CancellationToken.None);
            }
        });
    }

    [Theory]
    [InlineData("in-process", 4, true)]
    [InlineData("in-process", 3, false)]
    [InlineData("tcp", 2, true)]
    [InlineData("tcp", 3, false)]
    [InlineData("tls", 3, true)]
    public async Task A_million_floats_are_reduced_as_well(string transport, int size, bool deterministic)
    {
        const int length = 1_000_003;
        float[] expected = Reduced(size, length, ReduceOperation.Mean);
        await using TestWorld world = await TestWorld.OpenAsync(transport, size, deterministic ? TestWorld.Deterministic : TestWorld.Free);
        await world.RunAsync(async ranks =>
        {
            float[] vector = Vector(ranks.Rank, length);
            await ranks.AllReduceAsync(vector, ReduceOperation.Mean, CancellationToken.None);
            AssertReduced(expected, vector, deterministic);
        });
    }

    [Fact]
    public async Task Free_order_gives_every_rank_the_same_bits()
    {
        foreach (int length in new[] { 100, Communicator.SmallFloats + 1 })
        {
            await using TestWorld world = TestWorld.InProcess(7, TestWorld.Free);
            float[][] results = new float[7][];
            await world.RunAsync(async ranks =>
            {
                results[ranks.Rank] = Vector(ranks.Rank, length);
                await ranks.AllReduceAsync(results[ranks.Rank], ReduceOperation.Sum, CancellationToken.None);
            });
            Assert.All(results, result => Assert.Equal(results[0], result));
        }
    }

    internal static float[] Vector(int rank, int length)
    {
        RandomStream random = RandomStream.Create(7, "vectors", rank);
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) vector[i] = (random.NextSingle() - 0.5f) * (1 + (i % 13));
        return vector;
    }

    /// <summary>The oracle: one loop over ranks in ascending order, one multiplication at the end.</summary>
    internal static float[] Reduced(int size, int length, ReduceOperation operation)
    {
        float[] result = Vector(0, length);
        for (int rank = 1; rank < size; rank++)
        {
            float[] next = Vector(rank, length);
            for (int i = 0; i < length; i++)
                result[i] = operation switch
                {
                    ReduceOperation.Min => Math.Min(result[i], next[i]),
                    ReduceOperation.Max => Math.Max(result[i], next[i]),
                    _ => result[i] + next[i],
                };
        }
        if (operation == ReduceOperation.Mean && size > 1)
            for (int i = 0; i < length; i++) result[i] *= 1f / size;
        return result;
    }

    private static void AssertReduced(float[] expected, float[] actual, bool deterministic)
    {
        if (deterministic)
        {
            Assert.Equal(expected, actual);
            return;
        }
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            if (Math.Abs(expected[i] - actual[i]) > 1e-4f) Assert.Fail($"Element {i} is {actual[i]} instead of {expected[i]}.");
    }

    private static async Task OnEachAsync(string transport, int size, bool deterministic, Func<ICommunicator, int, Task> program)
    {
        await using TestWorld world = await TestWorld.OpenAsync(transport, size, deterministic ? TestWorld.Deterministic : TestWorld.Free);
        await world.RunAsync(async ranks =>
        {
            foreach (int length in Lengths) await program(ranks, length);
        });
    }
}
