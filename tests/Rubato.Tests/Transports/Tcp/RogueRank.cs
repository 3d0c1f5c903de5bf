using System.Net;
using System.Net.Sockets;
using Rubato.Communication;
using Rubato.Transports.Tcp;

namespace Rubato.Tests.Transports.Tcp;

/// <summary>A world of two honest endpoints and a third that knows the token and then does what the test makes it do, byte by byte.</summary>
internal sealed class RogueRank : IAsyncDisposable
{
    public const int Rank = 2;

    private RogueRank(TcpTransport[] honest, Socket socket, Stream stream, Stream other)
    {
        (Honest, Socket, Stream, _other) = (honest, socket, stream, other);
        honest[0].PeerLost += loss => _loss.TrySetResult(loss);
    }

    private readonly Stream _other;
    private readonly TaskCompletionSource<PeerLostException> _loss = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ranks 0 and 1.</summary>
    public TcpTransport[] Honest { get; }

    /// <summary>The rogue's connection with rank 0.</summary>
    public Socket Socket { get; }

    /// <summary>Its stream, after the handshake.</summary>
    public Stream Stream { get; }

    public static TcpTransportOptions Options { get; } = new()
    {
        Token = JobToken.Create(tls: false, TimeProvider.System),
        FarewellTimeout = TimeSpan.FromMilliseconds(300),
    };

    public static async Task<RogueRank> JoinAsync(TcpTransportOptions? options = null)
    {
        options ??= Options;
        await using TcpRendezvous rendezvous = TcpRendezvous.Listen("127.0.0.1", 0, 3, options, TimeProvider.System);
        Task<TcpTransport>[] joins =
        [
            .. new[] { 0, 1 }.Select(rank => TcpTransport.JoinAsync(rank, 3, "127.0.0.1", rendezvous.Port, options, TimeProvider.System, CancellationToken.None)),
        ];
        (_, Stream register) = await DialAsync(rendezvous.Port, HandshakePurpose.Rendezvous, -1, options);
        await register.WriteAsync(EndpointTable.Write(new DnsEndPoint("127.0.0.1", 9)));
        Assert.Equal(0, register.ReadByte());
        DnsEndPoint first = await EndpointTable.ReadAsync(register, CancellationToken.None), second = await EndpointTable.ReadAsync(register, CancellationToken.None);
        (Socket socket, Stream stream) = await DialAsync(first.Port, HandshakePurpose.Peer, 0, options);
        (_, Stream other) = await DialAsync(second.Port, HandshakePurpose.Peer, 1, options);
        return new RogueRank(await Task.WhenAll(joins), socket, stream, other);
    }

    /// <summary>How rank 0 lost it.</summary>
    public Task<PeerLostException> LossAsync() => _loss.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>The honest ones still talk to each other.</summary>
    public async Task AssertTheRestLivesOnAsync()
    {
        var tag = new MessageTag(8, 8);
        await Honest[0].SendAsync(1, tag, new byte[50_000], CancellationToken.None);
        using Message message = await Honest[1].ReceiveAsync(0, tag, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(50_000, message.Payload.Length);
        Assert.DoesNotContain(1, Honest[0].LostPeers.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        await _other.DisposeAsync();
        foreach (TcpTransport transport in Honest) await transport.DisposeAsync();
    }

    private static Task<(Socket, Stream)> DialAsync(int port, HandshakePurpose purpose, int target, TcpTransportOptions options) => TcpDialler.DialAsync(
        new DnsEndPoint("127.0.0.1", port), new Handshake.Hello(purpose, Rank, target, 3), options, TimeProvider.System, CancellationToken.None);
}
