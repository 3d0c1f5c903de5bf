using System.Collections.Concurrent;
using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Training;
using Rubato.Transports.Mpi;

namespace Rubato.Tests.Transports.Mpi;

/// <summary>What one rank of <see cref="MpiTransportTests"/> does: the transport's laws, held by all ranks together.</summary>
internal sealed class MpiRankLaws(MpiTransport transport, int workers)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly MessageTag Tag = new(5, 0), Second = new(5, 1), Third = new(5, 2);
    private static readonly int[] Lengths = [1, 5, 997, 70_001, 300_007];

    private static readonly ConcurrentDictionary<(int Seed, int Length), float[]> Vectors = new();

    private readonly int _size = transport.WorldSize;

    /// <summary>Runs all laws; returns 0 where they hold on this rank.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        await using var cluster = new MpiCluster(Console.Error.WriteLine);
        MpiHall hall = await cluster.MeetAsync(Limit, CancellationToken.None);
        cluster.Process.HasOwnCore = arguments.Contains("blocking");
        try
        {
            // As many endpoints as ranks, then servers beside workers: the same laws.
            foreach (MpiLayout layout in (MpiLayout[])[MpiLayout.OnePerRank(hall.Size), MpiLayout.Of(hall.Size, 2, hall.Size)])
            {
                using MpiNetwork network = await cluster.OpenAsync(hall.Size, layout, Limit);
                await Task.WhenAll(layout.EndpointsOf(hall.Rank).Select(endpoint => RankLoop.RunAsync($"endpoint {endpoint}", async () =>
                {
                    MpiTransport transport = network.Open(endpoint);
                    await new MpiRankLaws(transport, hall.Size).HoldAsync();
                })));
                await hall.ExchangeAsync([], Limit, CancellationToken.None);
            }
        }
        catch (Exception broken)
        {
            await Console.Error.WriteLineAsync($"MPI rank {hall.Rank}: {broken}");
            Environment.Exit(1);
        }
        if (hall.Rank == 0) Console.WriteLine("the laws hold");
        return 0;
    }

    private async Task HoldAsync()
    {
        await MessagesKeepTheirOrder();
        foreach (bool deterministic in new[] { true, false })
        {
            Communicator all = Of([.. Enumerable.Range(0, _size)], deterministic);
            foreach (int length in Lengths) await CollectivesMeanWhatTheySay(all, length, deterministic);
            // Workers have a communicator of their own, whoever else there is.
            if (transport.Rank >= workers) continue;
            Communicator some = Of([.. Enumerable.Range(0, workers)], deterministic);
            foreach (int length in Lengths) await CollectivesMeanWhatTheySay(some, length, deterministic);
        }
        await GroupsMayBeginInAnyOrder();
        FaultsAreExceptions();
        await LeavingIsNoLoss();
        await ALossIsHeardOfEverywhere();
    }

    private Communicator Of(int[] members, bool deterministic) =>
        new(transport, members, new CommunicatorOptions { Deterministic = deterministic, Timeout = Limit });

    // To everybody, this endpoint included, of awkward lengths, sent without waiting.
    private async Task MessagesKeepTheirOrder()
    {
        int[] lengths = [0, 1, 40_000, 7, 3_000_000, 12];
        var sends = new List<Task>();
        for (int i = 0; i < 30; i++)
        {
            byte[] payload = new byte[lengths[i % lengths.Length]];
            Array.Fill(payload, (byte)(i + transport.Rank));
            for (int peer = 0; peer < _size; peer++) sends.Add(transport.SendAsync(peer, Tag, payload, CancellationToken.None).AsTask());
        }
        for (int peer = 0; peer < _size; peer++)
        {
            for (int i = 0; i < 30; i++)
            {
                using Message message = await transport.ReceiveAsync(peer, Tag, CancellationToken.None);
                Assert.Equal((peer, lengths[i % lengths.Length]), (message.Source, message.Payload.Length));
                Assert.Equal(-1, message.Payload.Span.IndexOfAnyExcept((byte)(i + peer)));
            }
        }
        await Task.WhenAll(sends);
    }

    private static async Task CollectivesMeanWhatTheySay(Communicator ranks, int length, bool deterministic)
    {
        CancellationToken none = CancellationToken.None;
        Range own = Chunks.Of(ranks.Rank, ranks.Size, length);
        foreach (ReduceOperation operation in Enum.GetValues<ReduceOperation>())
        {
            float[] expected = Reduced(ranks.Size, length, operation);
            float[] vector = Vector(ranks.Rank, length), scattered = Vector(ranks.Rank, length);
            // Two under way at once keep their order.
            ValueTask first = ranks.AllReduceAsync(vector, operation, none), second = ranks.ReduceScatterAsync(scattered, operation, none);
            await first;
            await second;
            AssertReduced(expected, vector, deterministic);
            AssertReduced(expected[own], scattered[own], deterministic);
        }
        float[] whole = Vector(99, length), gathered = new float[length];
        whole.AsSpan()[own].CopyTo(gathered.AsSpan()[own]);
        await ranks.AllGatherAsync(gathered, none);
        AssertReduced(whole, gathered, deterministic: true);
        for (int root = 0; root < ranks.Size; root++)
        {
            float[] copy = Vector(ranks.Rank == root ? 7 : 8, length);
            await ranks.BroadcastAsync(copy, root, none);
            AssertReduced(Vector(7, length), copy, deterministic: true);
        }
        await ranks.BarrierAsync(none);
    }

    // Each endpoint begins the pair with its right neighbour before the one with its left: a cycle, if anybody blocked. Often enough for
    // the pairs to get communicators of their own on the way.
    private async Task GroupsMayBeginInAnyOrder()
    {
        if (_size < 3) return;
        int right = (transport.Rank + 1) % _size, left = (transport.Rank + _size - 1) % _size;
        Communicator towardsRight = Of([transport.Rank, right], deterministic: true), towardsLeft = Of([left, transport.Rank], deterministic: true);
        for (int round = 0; round < 6; round++)
        {
            float[] withRight = Vector(transport.Rank, 1000 + round), withLeft = Vector(transport.Rank, 1000 + round);
            ValueTask first = towardsRight.AllReduceAsync(withRight, ReduceOperation.Sum, CancellationToken.None);
            ValueTask second = towardsLeft.AllReduceAsync(withLeft, ReduceOperation.Sum, CancellationToken.None);
            await first;
            await second;
            Assert.Equal(SumOf(transport.Rank, right, 1000 + round), withRight);
            Assert.Equal(SumOf(left, transport.Rank, 1000 + round), withLeft);
        }
    }

    // A library that takes the processor's signals for itself kills the rank here.
    private void FaultsAreExceptions()
    {
        Communicator? nobody = _size > 0 ? null : Of([transport.Rank], deterministic: true);
        Assert.Throws<NullReferenceException>(() => nobody!.Rank);
        Assert.Throws<DivideByZeroException>(() => _size / (_size - _size));
    }

    private async Task LeavingIsNoLoss()
    {
        if (transport.Rank == _size - 1)
        {
            for (int peer = 0; peer < _size - 1; peer++) await transport.SendAsync(peer, Tag, new byte[100_000], CancellationToken.None);
            await transport.DisposeAsync();
            return;
        }
        var left = await Assert.ThrowsAsync<PeerLostException>(async () => await transport.ReceiveAsync(_size - 1, Second, CancellationToken.None).AsTask().WaitAsync(Limit));
        Assert.Contains("left", left.Reason, StringComparison.Ordinal);
        using Message message = await transport.ReceiveAsync(_size - 1, Tag, CancellationToken.None);
        Assert.Equal(100_000, message.Payload.Length);
        Assert.DoesNotContain(_size - 1, transport.LostPeers.Keys);
    }

    private async Task ALossIsHeardOfEverywhere()
    {
        if (transport.Rank == _size - 1) return;
        // Not before everybody has come to this law: a loss ends what is under way.
        if (transport.Rank > 0) await transport.SendAsync(0, Third, default, CancellationToken.None);
        for (int peer = 1; transport.Rank == 0 && peer < _size - 1; peer++) (await transport.ReceiveAsync(peer, Third, CancellationToken.None)).Dispose();
        if (transport.Rank == 0) transport.Network.Lose(_size - 2, "its power failed");
        if (transport.Rank == _size - 2) return;
        var lost = await Assert.ThrowsAsync<PeerLostException>(async () => await transport.ReceiveAsync(_size - 2, Second, CancellationToken.None).AsTask().WaitAsync(Limit));
        Assert.Contains("its power failed", lost.Reason, StringComparison.Ordinal);
        Assert.Equal([_size - 2], transport.LostPeers.Keys);
    }

    private static float[] Vector(int seed, int length) => [.. Vectors.GetOrAdd((seed, length), static key =>
    {
        var random = RandomStream.Create(5, "laws", key.Seed);
        float[] vector = new float[key.Length];
        for (int i = 0; i < vector.Length; i++) vector[i] = random.NextSingle() - 0.5f;
        return vector;
    })];

    private static float[] SumOf(int a, int b, int length) => [.. Vector(a, length).Zip(Vector(b, length), (x, y) => x + y)];

    private static float[] Reduced(int size, int length, ReduceOperation operation)
    {
        float[] result = new float[length];
        for (int rank = 0; rank < size; rank++) Reduction.Accumulate(operation, result, Vector(rank, length), rank);
        Reduction.Finish(operation, result, size);
        return result;
    }

    private static void AssertReduced(float[] expected, float[] actual, bool deterministic)
    {
        float most = 0;
        for (int i = 0; i < expected.Length; i++) most = MathF.Max(most, MathF.Abs(expected[i] - actual[i]));
        Assert.InRange(most, 0, deterministic ? 0 : 1e-5f);
    }
}
