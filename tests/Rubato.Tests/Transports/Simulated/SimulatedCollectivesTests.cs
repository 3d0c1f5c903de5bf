using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Simulation;
using Rubato.Transports.Simulated;

namespace Rubato.Tests.Transports.Simulated;

/// <summary>Formulas in place of messages: the same numbers, the same traffic, and times within the stated error.</summary>
public class SimulatedCollectivesTests
{
    public static TheoryData<CollectiveKind, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<CollectiveKind, int, int>();
            foreach (CollectiveKind kind in (CollectiveKind[])[CollectiveKind.AllReduce, CollectiveKind.ReduceScatter, CollectiveKind.AllGather, CollectiveKind.Broadcast, CollectiveKind.Barrier])
                foreach (int size in (int[])[2, 3, 7, 16])
                    foreach (int length in (int[])[1, 13, 100_003]) cases.Add(kind, size, length);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_result_and_the_traffic_are_those_of_the_messages(CollectiveKind kind, int size, int length)
    {
        Outcome messages = Run(kind, size, length, _ => 0, byFormula: false), formula = Run(kind, size, length, _ => 0, byFormula: true);

        Assert.Equal(messages.Vectors, formula.Vectors);
        Assert.Equal(messages.Bytes, formula.Bytes);
        Assert.Equal(messages.Messages, formula.Messages);
    }

    [Theory]
    [InlineData(2, 50_000)]
    [InlineData(7, 70_000)]
    [InlineData(16, 160_000)]
    public void An_all_reduce_that_all_begin_together_takes_the_time_of_its_messages(int size, int length)
    {
        double messages = Run(CollectiveKind.AllReduce, size, length, _ => 0, byFormula: false).Seconds;
        double formula = Run(CollectiveKind.AllReduce, size, length, _ => 0, byFormula: true).Seconds;

        Assert.Equal(messages, formula, 0.01 * messages);
    }

    [Theory]
    [InlineData(7, 0)]
    [InlineData(7, 1)]
    [InlineData(16, 2)]
    public void An_all_reduce_with_late_members_errs_by_half_of_the_transfer_at_most(int size, ulong seed)
    {
        var random = RandomStream.Create(seed, "late");
        double[] starts = [.. Enumerable.Range(0, size).Select(_ => 0.05 * random.NextDouble())];
        const int Length = 100_000;

        double messages = Run(CollectiveKind.AllReduce, size, Length, rank => starts[rank], byFormula: false).Seconds;
        double formula = Run(CollectiveKind.AllReduce, size, Length, rank => starts[rank], byFormula: true).Seconds;

        double transfer = 2 * (size - 1) * (sizeof(float) * Length / (double)size) * 8 / 1e9;
        Assert.InRange(formula - messages, -0.01 * messages, transfer / 2 + 0.01 * messages);
    }

    [Fact]
    public void Members_that_disagree_are_told()
    {
        var failures = new List<Exception>();
        Simulate(3, byFormula: true, async member =>
        {
            try
            {
                var vector = new float[member.Rank == 2 ? 4 : 5];
                await member.Group.AllReduceAsync(vector, ReduceOperation.Mean, CancellationToken.None);
            }
            catch (CommunicationException failure)
            {
                failures.Add(failure);
            }
        });

        Assert.Contains(failures, failure => failure is CollectiveMismatchException { Rank: 0 });
    }

    [Fact]
    public void Whoever_waits_in_vain_says_for_whom()
    {
        CommunicationTimeoutException? failure = null;
        Simulate(3, byFormula: true, async member =>
        {
            if (member.Rank == 1) return;
            try
            {
                await member.Group.AllReduceAsync(new float[5], ReduceOperation.Mean, CancellationToken.None);
            }
            catch (CommunicationTimeoutException timeout)
            {
                failure = timeout;
            }
        });

        Assert.Equal(1, failure!.Rank);
    }

    private static Outcome Run(CollectiveKind kind, int size, int length, Func<int, double> startOf, bool byFormula)
    {
        var vectors = new float[size][];
        double end = 0;
        SimulatedNetwork network = null!;
        network = Simulate(size, byFormula, async member =>
        {
            var random = RandomStream.Create(5, "vector", member.Rank);
            float[] vector = [.. Enumerable.Range(0, length).Select(_ => (float)random.NextNormal())];
            vectors[member.Rank] = vector;
            await Task.Delay(TimeSpan.FromSeconds(startOf(member.Rank)), member.Time);
            await (kind switch
            {
                CollectiveKind.AllReduce => member.Group.AllReduceAsync(vector, ReduceOperation.Mean, CancellationToken.None),
                CollectiveKind.ReduceScatter => member.Group.ReduceScatterAsync(vector, ReduceOperation.Sum, CancellationToken.None),
                CollectiveKind.AllGather => member.Group.AllGatherAsync(vector, CancellationToken.None),
                CollectiveKind.Broadcast => member.Group.BroadcastAsync(vector, size - 1, CancellationToken.None),
                _ => member.Group.BarrierAsync(CancellationToken.None),
            });
            end = Math.Max(end, member.Time.GetElapsedTime(0).TotalSeconds);
        });
        // What a reduce-scatter leaves beyond the own chunk is undefined.
        if (kind == CollectiveKind.ReduceScatter)
            for (int rank = 0; rank < size; rank++) vectors[rank] = vectors[rank][Chunks.Of(rank, size, length)];
        TrafficCounter[] traffic = [.. Enumerable.Range(0, size).Select(rank => network.Open(rank).Traffic)];
        return new Outcome(vectors, [.. traffic.Select(one => one.BytesSent)], [.. traffic.Select(one => one.MessagesSent)], end);
    }

    private static SimulatedNetwork Simulate(int size, bool byFormula, Func<Member, Task> program)
    {
        var loop = new SimulationLoop();
        for (int rank = 0; rank < size; rank++) loop.AddRank(rank, $"worker {rank}");
        var network = new SimulatedNetwork(loop, new NetworkMap(new LinkShape(TimeSpan.FromMilliseconds(1), 1e9)), formulaFrom: byFormula ? 2 : int.MaxValue);
        int open = size;
        foreach (SimulatedRank rank in loop.Ranks)
        {
            async Task LiveAsync()
            {
                ITransport transport = network.Open(rank.Number);
                await program(new Member(new Communicator(transport, new EndpointRange(0, size), new CommunicatorOptions()), transport.Time));
                open--;
            }
            loop.At(0, rank, () => _ = LiveAsync());
        }
        loop.Run(() => open == 0, () => $"{open} ranks had not ended");
        return network;
    }

    private sealed record Outcome(float[][] Vectors, long[] Bytes, long[] Messages, double Seconds);

    private sealed record Member(Communicator Group, TimeProvider Time)
    {
        public int Rank => Group.Rank;
    }
}
