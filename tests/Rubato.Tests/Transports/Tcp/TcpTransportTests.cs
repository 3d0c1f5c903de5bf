using System.Diagnostics;
using Rubato.Communication;
using Rubato.Tests.Communication;
using Rubato.Transports.Tcp;

namespace Rubato.Tests.Transports.Tcp;

public sealed class TcpTransportTests
{
    private static readonly MessageTag Tag = new(3, 3);

    [Fact]
    public async Task A_killed_peer_is_lost_at_once_and_by_everybody()
    {
        await using TestWorld world = await TestWorld.TcpAsync(4);
        var lost = new CountdownEvent(3);
        foreach (ITransport transport in world.Transports.Take(3)) transport.PeerLost += loss => lost.Signal(loss.Rank == 3 ? 1 : 0);
        Task<Message>[] waiting = [.. world.Transports.Take(3).Select(transport => transport.ReceiveAsync(3, Tag, CancellationToken.None).AsTask())];

        var watch = Stopwatch.StartNew();
        ((TcpTransport)world.Transports[3]).Abort();
        foreach (Task<Message> one in waiting) Assert.Equal(3, (await Assert.ThrowsAsync<PeerLostException>(() => one)).Rank);
        Assert.True(lost.Wait(TimeSpan.FromSeconds(20)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(25), "It took the silence limit to notice.");
        Assert.All(world.Transports.Take(3), transport => Assert.Equal([3], transport.LostPeers.Keys));
        await world.Transports[0].SendAsync(1, Tag, default, CancellationToken.None);
        (await world.Transports[1].ReceiveAsync(0, Tag, CancellationToken.None)).Dispose();
    }

    [Fact]
    public async Task A_collective_over_a_killed_peer_names_it()
    {
        await using TestWorld world = await TestWorld.TcpAsync(3);
        await EventLoop.RunAllAsync(2, async rank =>
        {
            ICommunicator ranks = world.Communicator(rank);
            Task collective = ranks.AllReduceAsync(new float[500_000], ReduceOperation.Sum, CancellationToken.None).AsTask();
            if (rank == 0) ((TcpTransport)world.Transports[2]).Abort();
            var loss = await Assert.ThrowsAsync<PeerLostException>(() => collective);
            Assert.Equal((2, "all-reduce"), (loss.Rank, loss.Operation));
        });
    }

    [Fact]
    public async Task A_peer_that_falls_silent_is_lost_after_the_limit()
    {
        var options = RogueRank.Options with { HeartbeatInterval = TimeSpan.FromSeconds(0.1), SilenceLimit = TimeSpan.FromSeconds(2) };
        await using RogueRank rogue = await RogueRank.JoinAsync(options);
        PeerLostException loss = await rogue.LossAsync();
        Assert.Contains("silent for", loss.Reason, StringComparison.Ordinal);
        await rogue.AssertTheRestLivesOnAsync();
    }

    [Fact]
    public async Task Idle_peers_keep_each_other_assured()
    {
        var options = RogueRank.Options with { HeartbeatInterval = TimeSpan.FromSeconds(0.1), SilenceLimit = TimeSpan.FromSeconds(2) };
        await using TestWorld world = await TestWorld.TcpAsync(2, null, options);
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.All(world.Transports, transport => Assert.Empty(transport.LostPeers));
        Assert.Equal(0, world.Transports[0].Traffic.MessagesSent + world.Transports[0].Traffic.ControlMessagesSent);
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(16 * 1024)]
    public async Task A_slow_reader_makes_the_sender_wait(int messageBytes)
    {
        var options = RogueRank.Options with { ReceiveWindowBytes = 1 << 20, SendWindowBytes = 64 * 1024 };
        await using TestWorld world = await TestWorld.TcpAsync(2, null, options);
        int total = (64 << 20) / messageBytes, completed = 0;
        byte[] payload = new byte[messageBytes];
        Task sender = Task.Run(async () =>
        {
            for (int i = 0; i < total; i++)
            {
                await world.Transports[0].SendAsync(1, Tag, payload, CancellationToken.None);
                Interlocked.Increment(ref completed);
            }
        });

        // Nobody receives: what fits in windows and socket buffers goes, then the sender stands.
        int before;
        do
        {
            before = Volatile.Read(ref completed);
            await Task.Delay(300);
        }
        while (Volatile.Read(ref completed) > before);
        Assert.InRange(before, 1, total - 1);

        for (int i = 0; i < total; i++) (await world.Transports[1].ReceiveAsync(0, Tag, CancellationToken.None)).Dispose();
        await sender.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_send_cancelled_before_its_turn_leaves_the_connection_whole()
    {
        await using RogueRank rogue = await RogueRank.JoinAsync(RogueRank.Options with { FarewellTimeout = TimeSpan.FromSeconds(60) });
        TcpTransport transport = rogue.Honest[0];
        using var source = new CancellationTokenSource();
        // The rogue does not read, so the first fills the socket and the others queue up behind it.
        Task first = transport.SendAsync(RogueRank.Rank, Tag, new byte[64 << 20], CancellationToken.None).AsTask();
        Task second = transport.SendAsync(RogueRank.Rank, Tag, new byte[40_000], source.Token).AsTask();
        Task third = transport.SendAsync(RogueRank.Rank, Tag, new byte[5], CancellationToken.None).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);

        foreach (int expected in new[] { 64 << 20, 5 })
        {
            FrameHeader header;
            do header = await ReadHeaderAsync(rogue.Stream);
            while (header.Kind == FrameKind.Heartbeat);
            Assert.Equal(expected, header.Length);
            await rogue.Stream.ReadExactlyAsync(new byte[expected]);
        }
        await Task.WhenAll(first, third).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_cancelled_send_to_a_peer_that_never_reads_ends_all_the_same()
    {
        await using RogueRank rogue = await RogueRank.JoinAsync(RogueRank.Options with { HeartbeatInterval = TimeSpan.FromSeconds(0.1) });
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(0.2));
        var loss = await Assert.ThrowsAsync<PeerLostException>(() => rogue.Honest[0]
            .SendAsync(RogueRank.Rank, Tag, new byte[64 << 20], source.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(RogueRank.Rank, loss.Rank);
        await rogue.AssertTheRestLivesOnAsync();
    }

    [Fact]
    public async Task A_message_over_the_bound_is_refused_where_it_is_sent()
    {
        await using TestWorld world = await TestWorld.TcpAsync(2, null, RogueRank.Options with { MaxMessageBytes = 2048 });
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await world.Transports[0].SendAsync(1, Tag, new byte[2049], CancellationToken.None));
        Assert.Contains("2049", error.Message, StringComparison.Ordinal);
        Assert.Contains("2048", error.Message, StringComparison.Ordinal);
    }

    private static async Task<FrameHeader> ReadHeaderAsync(Stream stream)
    {
        byte[] bytes = new byte[FrameHeader.Size];
        await stream.ReadExactlyAsync(bytes);
        return FrameHeader.Read(bytes, 0, BitConverter.ToUInt64(bytes, 24), int.MaxValue);
    }
}
