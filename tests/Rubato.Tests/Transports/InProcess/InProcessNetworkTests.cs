using Rubato.Communication;
using Rubato.Transports.InProcess;

namespace Rubato.Tests.Transports.InProcess;

public sealed class InProcessNetworkTests
{
    private static readonly MessageTag Tag = new(1, 1);

    [Fact]
    public void An_endpoint_is_opened_once_and_must_exist()
    {
        var network = new InProcessNetwork(2, TimeProvider.System);
        Assert.Equal((1, 2), (network.Open(1).Rank, 2));
        Assert.Throws<InvalidOperationException>(() => network.Open(1));
        Assert.Contains("0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => network.Open(2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new InProcessNetwork(0, TimeProvider.System));
    }

    [Fact]
    public async Task Messages_wait_for_an_endpoint_that_opens_later()
    {
        var network = new InProcessNetwork(2, TimeProvider.System);
        await network.Open(0).SendAsync(1, Tag, new byte[] { 9 }, CancellationToken.None);
        using Message message = await network.Open(1).ReceiveAsync(0, Tag, CancellationToken.None);
        Assert.Equal(9, message.Payload.Span[0]);
    }

    [Fact]
    public async Task A_lost_endpoint_is_told_to_everybody_once_and_can_do_nothing_more()
    {
        var network = new InProcessNetwork(3, TimeProvider.System);
        ITransport[] transports = [.. Enumerable.Range(0, 3).Select(network.Open)];
        var told = new List<(int By, int Lost)>();
        foreach (ITransport transport in transports) transport.PeerLost += loss => told.Add((transport.Rank, loss.Rank));
        await transports[2].SendAsync(0, Tag, default, CancellationToken.None);
        Task<Message> own = transports[2].ReceiveAsync(Endpoints.Any, Tag, CancellationToken.None).AsTask();

        network.Lose(2, "killed");
        network.Lose(2, "killed again");

        Assert.Equal([(0, 2), (1, 2)], told.Order());
        (await transports[0].ReceiveAsync(2, Tag, CancellationToken.None)).Dispose();
        foreach (ITransport transport in transports)
            await Assert.ThrowsAsync<PeerLostException>(async () => await transport.SendAsync(2, Tag, default, CancellationToken.None));
        await Assert.ThrowsAsync<PeerLostException>(async () => (await transports[2].ReceiveAsync(0, Tag, CancellationToken.None)).Dispose());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => own);
    }
}
