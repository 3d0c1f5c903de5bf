using Rubato.Communication;
using Rubato.Simulation;
using Rubato.Topologies;
using Rubato.Transports.Simulated;

namespace Rubato.Studies;

/// <summary>The time of averages alone, under the simulated clock: every rank averages with its group, round after round, and computes nothing.</summary>
/// <remarks>
/// Vectors of more than a megabyte, and the rates with them, are a hundredth of what they stand for, which leaves all times as they are and fits hundreds
/// of replicas into memory.
/// </remarks>
internal static class AveragingTime
{
    private const int LargeBytes = 1_000_000, Scale = 100;

    /// <summary>Seconds a round, over so many rounds in a row.</summary>
    /// <param name="schedule">The groups of each round.</param>
    /// <param name="bytes">The size of a replica, at full scale.</param>
    /// <param name="latency">The latency of a link.</param>
    /// <param name="bitsPerSecond">The rate of each rank's link, at full scale.</param>
    /// <param name="rounds">At least 1.</param>
    /// <param name="rack">Ranks of a rack; null for a network without racks.</param>
    /// <param name="uplinkBitsPerSecond">What a rack's ranks share in each direction, at full scale.</param>
    /// <param name="ownChoice">Whether the communicator of deterministic jobs chooses the algorithm; otherwise it is a ring.</param>
    public static double Of(
        GroupSchedule schedule, long bytes, TimeSpan latency, double bitsPerSecond, int rounds, int? rack = null, double uplinkBitsPerSecond = 0, bool ownChoice = false)
    {
        int scale = bytes > LargeBytes ? Scale : 1;
        var loop = new SimulationLoop();
        for (int rank = 0; rank < schedule.Size; rank++) loop.AddRank(rank, $"rank {rank}");
        var node = new LinkShape(latency, bitsPerSecond / scale);
        NetworkMap map = rack is not { } size ? new NetworkMap(node) : WithRacks(node, schedule.Size, size, new LinkShape(TimeSpan.Zero, uplinkBitsPerSecond / scale));
        var network = new SimulatedNetwork(loop, map);
        int floats = (int)Math.Max(1, bytes / scale / sizeof(float)), open = schedule.Size;
        Exception? failure = null;
        for (int rank = 0; rank < schedule.Size; rank++)
        {
            int own = rank;
            loop.At(0, loop.Ranks[own], () => _ = RunAsync(own));
        }
        loop.Run(() => open == 0 || failure is not null, () => $"{open} ranks were still averaging");
        return failure is null ? TimeSpan.FromTicks(loop.Now).TotalSeconds / rounds : throw new InvalidOperationException("An average of the study failed.", failure);

        async Task RunAsync(int rank)
        {
            try
            {
                ITransport transport = network.Open(rank);
                float[] vector = new float[floats];
                for (int round = 0; round < rounds; round++)
                {
                    int[] members = schedule.MembersOf(rank, round);
                    if (members.Length > 1) await AverageAsync(transport, members, round, vector, ownChoice);
                }
                open--;
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        }
    }

    private static async Task AverageAsync(ITransport transport, int[] members, int round, Memory<float> vector, bool ownChoice)
    {
        TimeSpan timeout = TimeSpan.FromHours(1);
        if (ownChoice)
        {
            var all = new Communicator(transport, new EndpointRange(0, transport.WorldSize), new CommunicatorOptions { Timeout = timeout });
            await all.Subgroup(members, round).AllReduceAsync(vector, ReduceOperation.Mean, CancellationToken.None);
            return;
        }
        var stamp = new CallStamp(CollectiveKind.AllReduce, (int)ReduceOperation.Mean, vector.Length);
        using var call = new CollectiveCall(transport, Group.Once(transport, members, round), stamp, "ring", timeout, CancellationToken.None);
        await RingAllReduce.RunAsync(call, vector, ReduceOperation.Mean);
        await call.FlushAsync();
    }

    private static NetworkMap WithRacks(LinkShape node, int ranks, int rack, LinkShape uplink)
    {
        int racks = (ranks + rack - 1) / rack;
        return new NetworkMap(
            node, [.. Enumerable.Range(0, ranks).Select(rank => rank / rack)], [.. Enumerable.Range(0, racks).Select(number => $"rack {number}")],
            [.. Enumerable.Repeat(uplink, racks)], new Dictionary<(int, int), LinkShape>());
    }
}
