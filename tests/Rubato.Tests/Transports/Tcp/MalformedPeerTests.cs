using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Rubato.Communication;
using Rubato.Transports.Tcp;

namespace Rubato.Tests.Transports.Tcp;

/// <summary>Members that send garbage and strangers that knock: each is cut off with a named reason, and the rest lives on.</summary>
public sealed class MalformedPeerTests
{
    public static TheoryData<string, string> Garbage => new()
    {
        { "text", "bad magic" },
        { "version", "wire version 9" },
        { "header bit", "bad checksum of a frame header" },
        { "too long", "2147483647 bytes, but the most for a Message is 268435456" },
        { "negative length", "-1 bytes" },
        { "heartbeat with payload", "the most for a Heartbeat is 0" },
        { "payload bit", "bad checksum of a payload" },
        { "foreign source", "source 1 on the connection of rank 2" },
        { "repeated frame", "frame number 0 where 1 was due" },
        { "unknown kind", "unknown frame kind 77" },
        { "half a frame", "without a farewell" },
        { "nothing", "without a farewell" },
    };

    [Theory, MemberData(nameof(Garbage))]
    public async Task A_member_that_sends_garbage_is_cut_off_with_the_reason(string garbage, string reason)
    {
        await using RogueRank rogue = await RogueRank.JoinAsync();
        Task<Message> waiting = rogue.Honest[0].ReceiveAsync(RogueRank.Rank, new MessageTag(1, 3), CancellationToken.None).AsTask();

        await rogue.Stream.WriteAsync(BytesOf(garbage));
        if (reason == "without a farewell") rogue.Socket.Shutdown(SocketShutdown.Send);

        PeerLostException loss = await rogue.LossAsync();
        Assert.Equal(RogueRank.Rank, loss.Rank);
        Assert.Contains(reason, loss.Reason, StringComparison.Ordinal);
        if (reason != "without a farewell") Assert.StartsWith("cut off", loss.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, (await Assert.ThrowsAsync<PeerLostException>(() => waiting)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<PeerLostException>(async () => await rogue.Honest[0].SendAsync(RogueRank.Rank, default, default, CancellationToken.None));
        await rogue.AssertTheRestLivesOnAsync();
    }

    [Fact]
    public async Task What_came_before_the_garbage_is_not_lost()
    {
        await using RogueRank rogue = await RogueRank.JoinAsync();
        await rogue.Stream.WriteAsync((byte[])[.. Frame(new FrameHeader(FrameKind.Message, new MessageTag(1, 2), 2, 3, 0, 0), [1, 2, 3]), .. BytesOf("text")]);
        await rogue.LossAsync();
        using Message message = await rogue.Honest[0].ReceiveAsync(RogueRank.Rank, new MessageTag(1, 2), CancellationToken.None);
        Assert.Equal([1, 2, 3], message.Payload.ToArray());
    }

    [Fact]
    public async Task Frames_cut_anywhere_by_the_network_arrive_whole()
    {
        await using RogueRank rogue = await RogueRank.JoinAsync();
        byte[] payload = [.. Enumerable.Range(0, 50_000).Select(i => (byte)(i * 7))];
        byte[] bytes = [.. Frame(new FrameHeader(FrameKind.Message, new MessageTag(1, 2), 2, 5, 0, 0), payload[..5]),
            .. Frame(new FrameHeader(FrameKind.Heartbeat, default, 2, 0, 1, 0), []),
            .. Frame(new FrameHeader(FrameKind.Message, new MessageTag(1, 2), 2, payload.Length, 2, 0), payload)];
        int[] cuts = [1, 3, 39, 1, 1, 4, 20, 47, 16_384, 3, 9_999];
        for ((int sent, int k) = (0, 0); sent < bytes.Length; k++)
        {
            int length = Math.Min(cuts[k % cuts.Length], bytes.Length - sent);
            await rogue.Stream.WriteAsync(bytes.AsMemory(sent, length));
            await Task.Delay(1);
            sent += length;
        }
        foreach (byte[] expected in new[] { payload[..5], payload })
        {
            using Message message = await rogue.Honest[0].ReceiveAsync(RogueRank.Rank, new MessageTag(1, 2), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(expected, message.Payload.ToArray());
        }
    }

    [Fact]
    public async Task A_stranger_without_the_token_is_refused_by_name()
    {
        await using RogueRank rogue = await RogueRank.JoinAsync();
        var refused = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        rogue.Honest[0].ConnectionRefused += reason => refused.TrySetResult(reason);
        var options = new TcpTransportOptions { Token = JobToken.Create(tls: false, TimeProvider.System) };

        var error = await Assert.ThrowsAsync<RendezvousException>(() => TcpDialler.DialAsync(
            new("127.0.0.1", rogue.Honest[0].Port), new Handshake.Hello(HandshakePurpose.Peer, 1, 0, 3), options, TimeProvider.System, CancellationToken.None));

        Assert.Contains("wrong token", error.Message, StringComparison.Ordinal);
        Assert.Contains("wrong token", await refused.Task.WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
        await rogue.AssertTheRestLivesOnAsync();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "bad magic 0x47455420")]
    [InlineData("RBTO\u0007\0\0\0", "wire version 7")]
    [InlineData("RBTO\u0001\0", "not complete after 2 s")]
    [InlineData("", "not complete after 2 s")]
    public async Task A_stranger_that_babbles_or_dawdles_is_cut_off_by_name(string words, string reason)
    {
        await using RogueRank rogue = await RogueRank.JoinAsync(RogueRank.Options with { HandshakeTimeout = TimeSpan.FromSeconds(2) });
        var refused = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        rogue.Honest[0].ConnectionRefused += reason => refused.TrySetResult(reason);
        using var stranger = new TcpClient();
        await stranger.ConnectAsync("127.0.0.1", rogue.Honest[0].Port);
        await stranger.GetStream().WriteAsync(Encoding.Latin1.GetBytes(words));

        Assert.Contains(reason, await refused.Task.WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
        Assert.Equal(0, await stranger.GetStream().ReadAsync(new byte[100]).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        await rogue.AssertTheRestLivesOnAsync();
    }

    [Theory]
    [InlineData(2, 0, 3, "connected already")]
    [InlineData(0, 0, 3, "the higher rank dials the lower")]
    [InlineData(7, 0, 3, "the higher rank dials the lower")]
    [InlineData(2, 1, 3, "this is rank 0, not rank 1")]
    [InlineData(2, 0, 4, "3 endpoints here, but 4 there")]
    public async Task A_member_with_a_wrong_claim_is_refused_by_name(int rank, int target, int worldSize, string reason)
    {
        await using RogueRank rogue = await RogueRank.JoinAsync();
        var error = await Assert.ThrowsAsync<RendezvousException>(() => TcpDialler.DialAsync(
            new("127.0.0.1", rogue.Honest[0].Port), new Handshake.Hello(HandshakePurpose.Peer, rank, target, worldSize), RogueRank.Options, TimeProvider.System, CancellationToken.None));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        await rogue.AssertTheRestLivesOnAsync();
    }

    private static byte[] BytesOf(string garbage)
    {
        var header = new FrameHeader(FrameKind.Message, new MessageTag(1, 2), RogueRank.Rank, 100, 0, 0);
        byte[] payload = new byte[100];
        switch (garbage)
        {
            case "text":
                return [.. Encoding.ASCII.GetBytes("this is not a frame, although it is as long as one is at least")];
            case "version":
                byte[] old = Frame(header, payload);
                old[4] = 9;
                return old;
            case "header bit":
                byte[] flipped = Frame(header, payload);
                flipped[13] ^= 4;
                return flipped;
            case "payload bit":
                byte[] corrupt = Frame(header, payload);
                corrupt[^1] ^= 1;
                return corrupt;
            case "half a frame":
                return Frame(header, payload)[..90];
            case "too long":
                return Frame(header with { Length = int.MaxValue }, []);
            case "negative length":
                return Frame(header with { Length = -1 }, []);
            case "heartbeat with payload":
                return Frame(header with { Kind = FrameKind.Heartbeat }, payload);
            case "foreign source":
                return Frame(header with { Source = 1 }, payload);
            case "repeated frame":
                return [.. Frame(header, payload), .. Frame(header, payload)];
            case "unknown kind":
                return Frame(header with { Kind = (FrameKind)77 }, payload);
            default:
                return [];
        }
    }

    private static byte[] Frame(FrameHeader header, byte[] payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        payload.CopyTo(frame, FrameHeader.Size);
        (header with { PayloadChecksum = FrameChecksum.Of(payload) }).Write(frame);
        Assert.Equal(header.Length, BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(20)));
        return frame;
    }
}
