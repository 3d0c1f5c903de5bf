using Rubato.Communication;
using Rubato.Tests.Communication;

namespace Rubato.Tests.Transports;

/// <summary>What every transport promises; a new one joins by adding its name.</summary>
public sealed class TransportContractTests
{
    private static readonly MessageTag Tag = new(5, 0);

    public static TheoryData<string> Transports => new("in-process", "tcp", "tls", "shaped");

    [Theory, MemberData(nameof(Transports))]
    public async Task Messages_of_one_tag_arrive_in_the_order_in_which_they_were_sent(string name)
    {
        await using TestWorld world = await TestWorld.OpenAsync(name, 2);
        int[] lengths = [0, 1, 7, 40_000, 3, 300_000, 32 * 1024, 32 * 1024 - 1, 0, 12];
        await EventLoop.RunAllAsync(2, async rank =>
        {
            ITransport transport = world.Transports[rank];
            if (rank == 0)
            {
                var sends = new List<Task>();
                for (int i = 0; i < 60; i++)
                {
                    byte[] payload = new byte[lengths[i % lengths.Length]];
                    Array.Fill(payload, (byte)i);
                    sends.Add(transport.SendAsync(1, Tag, payload, CancellationToken.None).AsTask());
                }
                await Task.WhenAll(sends);
                return;
            }
            for (int i = 0; i < 60; i++)
            {
                using Message message = await transport.ReceiveAsync(i % 2 == 0 ? 0 : Endpoints.Any, Tag, CancellationToken.None);
                Assert.Equal((0, Tag, lengths[i % lengths.Length]), (message.Source, message.Tag, message.Payload.Length));
                Assert.Equal(-1, message.Payload.Span.IndexOfAnyExcept((byte)i));
            }
        });
        Assert.Equal(60, world.Transports[0].Traffic.MessagesSent);
        Assert.Equal(6L * lengths.Sum(), world.Transports[0].Traffic.BytesSent);
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_buffer_may_be_reused_as_soon_as_its_send_is_complete(string name)
    {
        await using TestWorld world = await TestWorld.OpenAsync(name, 2);
        byte[] buffer = new byte[200_000];
        for (byte i = 0; i < 20; i++)
        {
            Array.Fill(buffer, i);
            await world.Transports[0].SendAsync(1, Tag, buffer.AsMemory(0, i % 2 == 0 ? 100 : buffer.Length), CancellationToken.None);
        }
        Array.Fill(buffer, (byte)99);
        for (byte i = 0; i < 20; i++)
        {
            using Message message = await world.Transports[1].ReceiveAsync(0, Tag, CancellationToken.None);
            Assert.Equal(-1, message.Payload.Span.IndexOfAnyExcept(i));
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task One_can_send_to_oneself(string name)
    {
        await using TestWorld world = await TestWorld.OpenAsync(name, 1);
        await world.Transports[0].SendAsync(0, Tag, new byte[] { 4 }, CancellationToken.None);
        using Message message = await world.Transports[0].ReceiveAsync(Endpoints.Any, Tag, CancellationToken.None);
        Assert.Equal((0, 4), (message.Source, message.Payload.Span[0]));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task A_clean_close_delivers_what_was_sent_and_is_no_loss(string name)
    {
        await using TestWorld world = await TestWorld.OpenAsync(name, 3);
        int losses = 0;
        foreach (ITransport transport in world.Transports) transport.PeerLost += _ => Interlocked.Increment(ref losses);
        Task<Message> waiting = world.Transports[1].ReceiveAsync(0, new MessageTag(5, 1), CancellationToken.None).AsTask();
        await world.Transports[0].SendAsync(1, Tag, new byte[100_000], CancellationToken.None);
        await world.Transports[0].DisposeAsync();

        // Whoever waits for it by name learns that nothing will come; what it had sent is there.
        var left = await Assert.ThrowsAsync<PeerLostException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(0, left.Rank);
        Assert.Contains("left", left.Reason, StringComparison.Ordinal);
        using Message message = await world.Transports[1].ReceiveAsync(0, Tag, CancellationToken.None);
        Assert.Equal(100_000, message.Payload.Length);

        // The others go on.
        await world.Transports[1].SendAsync(2, Tag, default, CancellationToken.None);
        (await world.Transports[2].ReceiveAsync(1, Tag, CancellationToken.None)).Dispose();
        Assert.Equal(0, losses);
        Assert.Empty(world.Transports[1].LostPeers);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await world.Transports[0].SendAsync(1, Tag, default, CancellationToken.None));
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Continuations_run_on_the_awaiting_rank_s_own_loop(string name)
    {
        await using TestWorld world = await TestWorld.OpenAsync(name, 2);
        await EventLoop.RunAllAsync(2, async rank =>
        {
            int thread = Environment.CurrentManagedThreadId;
            for (int i = 0; i < 20; i++)
            {
                if (rank == 0) await world.Transports[0].SendAsync(1, Tag, new byte[100_000], CancellationToken.None);
                else (await world.Transports[1].ReceiveAsync(0, Tag, CancellationToken.None)).Dispose();
                Assert.Equal(thread, Environment.CurrentManagedThreadId);
            }
        });
    }

    [Theory, MemberData(nameof(Transports))]
    public async Task Endpoints_that_do_not_exist_are_refused_at_once(string name)
    {
        await using TestWorld world = await TestWorld.OpenAsync(name, 2);
        foreach (int nobody in new[] { -2, 2 })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await world.Transports[0].SendAsync(nobody, Tag, default, CancellationToken.None));
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => (await world.Transports[0].ReceiveAsync(nobody, Tag, CancellationToken.None)).Dispose());
        }
    }
}
