using Rubato.Communication;

namespace Rubato.Tests.Communication;

/// <summary>What is counted on the wire is what the documented formulas say, rank by rank.</summary>
public sealed class CollectiveCostTests
{
    private static readonly int[] Lengths = [0, 1, 5, 997, 4096, 70_001];

    public static TheoryData<int> Sizes => new(1, 2, 3, 4, 5, 7, 8);

    [Theory, MemberData(nameof(Sizes))]
    public Task Direct_all_reduce(int size) => CheckAsync(
        size, TestWorld.Deterministic, (rank, length) => DirectAllReduce.CostOf(rank, size, length),
        (ranks, vector) => ranks.AllReduceAsync(vector, ReduceOperation.Mean, CancellationToken.None));

    [Theory, MemberData(nameof(Sizes))]
    public Task Free_all_reduce(int size) => CheckAsync(
        size, TestWorld.Free,
        (rank, length) => length <= Communicator.SmallFloats ? RecursiveDoublingAllReduce.CostOf(rank, size, length) : RingAllReduce.CostOf(rank, size, length),
        (ranks, vector) => ranks.AllReduceAsync(vector, ReduceOperation.Max, CancellationToken.None));

    [Theory, MemberData(nameof(Sizes))]
    public Task Reduce_scatter(int size) => CheckAsync(
        size, TestWorld.Deterministic, (rank, length) => DirectReduceScatter.CostOf(rank, size, length),
        (ranks, vector) => ranks.ReduceScatterAsync(vector, ReduceOperation.Sum, CancellationToken.None));

    [Theory, MemberData(nameof(Sizes))]
    public Task All_gather(int size) => CheckAsync(
        size, TestWorld.Deterministic, (rank, length) => DirectAllGather.CostOf(rank, size, length),
        (ranks, vector) => ranks.AllGatherAsync(vector, CancellationToken.None));

    [Theory, MemberData(nameof(Sizes))]
    public Task Broadcast(int size) => CheckAsync(
        size, TestWorld.Deterministic, (rank, length) => BinomialBroadcast.CostOf(rank, size, length, size / 2),
        (ranks, vector) => ranks.BroadcastAsync(vector, size / 2, CancellationToken.None));

    [Theory, MemberData(nameof(Sizes))]
    public Task Gather(int size) => CheckAsync(
        size, TestWorld.Deterministic, (rank, length) => LinearGather.CostOf(rank, length, size / 2),
        (ranks, vector) => ranks.GatherAsync(vector, new float[vector.Length * size], size / 2, CancellationToken.None));

    [Theory, MemberData(nameof(Sizes))]
    public Task Scatter(int size) => CheckAsync(
        size, TestWorld.Deterministic, (rank, length) => LinearScatter.CostOf(rank, size, length, size / 2),
        (ranks, vector) => ranks.ScatterAsync(new float[vector.Length * size], vector, size / 2, CancellationToken.None));

    [Theory, MemberData(nameof(Sizes))]
    public async Task Barrier(int size)
    {
        await using TestWorld world = TestWorld.InProcess(size);
        await world.RunAsync(async ranks => await ranks.BarrierAsync(CancellationToken.None));
        foreach (ITransport transport in world.Transports)
        {
            CollectiveCost cost = size == 1 ? default : DisseminationBarrier.CostOf(size);
            Assert.Equal((cost.Messages, cost.Bytes), (transport.Traffic.MessagesSent, transport.Traffic.BytesSent));
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Both_large_all_reduces_move_the_least_possible(int size)
    {
        const int length = 840 * 1000;   // divisible by every size
        long least = 2L * (size - 1) * length / size * sizeof(float);
        foreach (CollectiveCost cost in new[] { DirectAllReduce.CostOf(0, size, length), RingAllReduce.CostOf(0, size, length) })
            Assert.InRange(cost.Bytes, least, least + 2 * (size - 1) * CallStamp.Size);
    }

    [Fact]
    public void The_formulas_of_the_papers()
    {
        Assert.Equal(2, DirectAllReduce.CostOf(0, 8, 1000).Steps);
        Assert.Equal(14, RingAllReduce.CostOf(0, 8, 1000).Steps);
        Assert.Equal(3, RecursiveDoublingAllReduce.CostOf(0, 8, 1000).Steps);
        Assert.Equal(4, RecursiveDoublingAllReduce.CostOf(0, 7, 1000).Steps);
        Assert.Equal(3, BinomialBroadcast.CostOf(0, 8, 1000, 0).Steps);
        Assert.Equal(3, BinomialBroadcast.CostOf(0, 8, 1000, 0).Messages);
        Assert.Equal(3, DisseminationBarrier.CostOf(5).Steps);
    }

    [Fact]
    public async Task Control_traffic_is_counted_apart()
    {
        await using TestWorld world = TestWorld.InProcess(2);
        await world.Transports[0].SendAsync(1, new MessageTag(Communicator.ControlContext, 3), new byte[17], CancellationToken.None);
        await world.Transports[0].SendAsync(1, new MessageTag(1, 3), new byte[5], CancellationToken.None);
        TrafficCounter traffic = world.Transports[0].Traffic;
        Assert.Equal((5, 1, 17, 1), (traffic.BytesSent, traffic.MessagesSent, traffic.ControlBytesSent, traffic.ControlMessagesSent));
    }

    private static async Task CheckAsync(
        int size, CommunicatorOptions options, Func<int, int, CollectiveCost> formula, Func<ICommunicator, Memory<float>, ValueTask> collective)
    {
        foreach (int length in Lengths)
        {
            await using TestWorld world = TestWorld.InProcess(size, options);
            await world.RunAsync(async ranks => await collective(ranks, new float[length]));
            for (int rank = 0; rank < size; rank++)
            {
                CollectiveCost cost = size == 1 || length == 0 ? default : formula(rank, length);
                TrafficCounter traffic = world.Transports[rank].Traffic;
                Assert.Equal((rank, length, cost.Messages, cost.Bytes), (rank, length, traffic.MessagesSent, traffic.BytesSent));
            }
        }
    }
}
