using System.Net.Sockets;
using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Transports.Tcp;

namespace Rubato.Tests.Transports.Tcp;

public sealed class TcpRendezvousTests
{
    private static readonly TcpTransportOptions Options = RogueRank.Options;

    [Fact]
    public async Task Missing_ranks_are_named_to_the_launcher_and_to_those_who_came()
    {
        TcpTransportOptions hasty = Options with { StartupTimeout = TimeSpan.FromSeconds(1) };
        await using TcpRendezvous rendezvous = Listen(4, hasty);
        Task<TcpTransport>[] joins = [JoinAsync(0, 4, rendezvous, hasty), JoinAsync(2, 4, rendezvous, hasty)];

        var error = await Assert.ThrowsAsync<RendezvousException>(() => rendezvous.CompleteAsync(CancellationToken.None));
        Assert.Contains("2 of 4 endpoints have not come", error.Message, StringComparison.Ordinal);
        Assert.Contains("ranks 1, 3", error.Message, StringComparison.Ordinal);
        foreach (Task<TcpTransport> join in joins)
            Assert.Contains("ranks 1, 3", (await Assert.ThrowsAsync<RendezvousException>(() => join)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_port_gives_one_error_with_the_fix()
    {
        await using TcpRendezvous first = Listen(2, Options);
        var error = Assert.Throws<InvalidRequestException>(() => TcpRendezvous.Listen("127.0.0.1", first.Port, 2, Options, TimeProvider.System));
        Assert.Contains($"Port {first.Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("MASTER_PORT", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no.such.host.invalid", 0, "cannot be resolved")]
    [InlineData("192.0.2.1", 0, "not one of this machine's")]
    [InlineData("127.0.0.1", 70000, "0 to 65535")]
    public void An_address_that_cannot_be_listened_at_is_named(string address, int port, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidRequestException>(() => TcpRendezvous.Listen(address, port, 2, Options, TimeProvider.System)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_rank_with_another_token_is_refused_and_the_others_still_meet()
    {
        await using TcpRendezvous rendezvous = Listen(2, Options);
        TcpTransportOptions wrong = Options with { Token = JobToken.Create(tls: false, TimeProvider.System) };
        Assert.Contains("wrong token", (await Assert.ThrowsAsync<RendezvousException>(() => JoinAsync(1, 2, rendezvous, wrong))).Message, StringComparison.Ordinal);
        await MeetAsync(rendezvous, 2);
    }

    [Fact]
    public async Task A_rank_that_comes_twice_or_does_not_exist_is_refused_by_name()
    {
        await using TcpRendezvous rendezvous = Listen(2, Options);
        Task<TcpTransport> first = JoinAsync(0, 2, rendezvous, Options);
        Task<TcpTransport> again = Task.Run(async () =>
        {
            // Whichever of the two comes second is refused.
            await Task.Delay(200);
            return await JoinAsync(0, 2, rendezvous, Options);
        });
        Assert.Contains("registered already", (await Assert.ThrowsAsync<RendezvousException>(() => again)).Message, StringComparison.Ordinal);
        Assert.Contains("WORLD_SIZE", (await Assert.ThrowsAsync<RendezvousException>(() => JoinAsync(1, 3, rendezvous, Options))).Message, StringComparison.Ordinal);
        await using TcpTransport second = await JoinAsync(1, 2, rendezvous, Options);
        await using TcpTransport zero = await first;
    }

    [Fact]
    public async Task A_rank_that_went_away_before_the_table_may_come_again()
    {
        await using TcpRendezvous rendezvous = Listen(2, Options);
        using var source = new CancellationTokenSource();
        Task<TcpTransport> gone = TcpTransport.JoinAsync(0, 2, "127.0.0.1", rendezvous.Port, Options, TimeProvider.System, source.Token);
        await Task.Delay(300);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await Task.Delay(300);
        await MeetAsync(rendezvous, 2);
    }

    [Fact]
    public async Task Nobody_at_the_rendezvous_is_an_error_in_bounded_time()
    {
        int port;
        using (var free = new TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        }
        var error = await Assert.ThrowsAsync<RendezvousException>(() => TcpTransport.JoinAsync(
            1, 2, "127.0.0.1", port, Options with { StartupTimeout = TimeSpan.FromSeconds(0.5) }, TimeProvider.System, CancellationToken.None));
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_late_rendezvous_is_waited_for()
    {
        int port;
        await using (TcpRendezvous first = Listen(1, Options)) port = first.Port;
        Task<TcpTransport> join = TcpTransport.JoinAsync(0, 1, "127.0.0.1", port, Options, TimeProvider.System, CancellationToken.None);
        await Task.Delay(200);
        await using TcpRendezvous rendezvous = TcpRendezvous.Listen("127.0.0.1", port, 1, Options, TimeProvider.System);
        await using TcpTransport transport = await join.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, transport.WorldSize);
    }

    [Fact]
    public async Task Tls_lets_in_only_the_job_s_own_certificate()
    {
        TcpTransportOptions tls = Options with { Token = JobToken.Create(tls: true, TimeProvider.System) };
        await using TcpRendezvous rendezvous = Listen(1, tls);
        using JobToken other = JobToken.Create(tls: true, TimeProvider.System);
        await Assert.ThrowsAsync<RendezvousException>(() => JoinAsync(0, 1, rendezvous, tls with { Token = other }));
        // The same secret without the certificate does not get in either.
        using JobToken plain = JobToken.Parse(tls.Token.Export().Split(':')[0]);
        await Assert.ThrowsAsync<RendezvousException>(() => JoinAsync(0, 1, rendezvous, tls with { Token = plain, HandshakeTimeout = TimeSpan.FromSeconds(1) }));
        await using TcpTransport transport = await JoinAsync(0, 1, rendezvous, tls with { Token = JobToken.Parse(tls.Token.Export()) });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_token_survives_its_text_and_keeps_it_to_itself(bool tls)
    {
        using JobToken token = JobToken.Create(tls, TimeProvider.System);
        using JobToken read = JobToken.Parse(token.Export());
        Assert.True(read.Secret.SequenceEqual(token.Secret));
        Assert.Equal(token.Fingerprint, read.Fingerprint);
        Assert.Equal(tls, read.IsTls);
        Assert.DoesNotContain(token.Export()[..20], token.ToString(), StringComparison.Ordinal);
        using JobToken another = JobToken.Create(tls, TimeProvider.System);
        Assert.False(another.Secret.SequenceEqual(token.Secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2VjcmV0")]
    [InlineData("not base 64!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAA")]
    public void A_text_that_is_no_token_is_refused_without_repeating_it(string text)
    {
        var error = Assert.Throws<InvalidRequestException>(() => JobToken.Parse(text));
        Assert.Contains($"{text.Length} characters", error.Message, StringComparison.Ordinal);
        if (text.Length > 0) Assert.DoesNotContain(text, error.Message, StringComparison.Ordinal);
    }

    private static TcpRendezvous Listen(int worldSize, TcpTransportOptions options) => TcpRendezvous.Listen("127.0.0.1", 0, worldSize, options, TimeProvider.System);

    private static Task<TcpTransport> JoinAsync(int rank, int worldSize, TcpRendezvous rendezvous, TcpTransportOptions options) =>
        TcpTransport.JoinAsync(rank, worldSize, "127.0.0.1", rendezvous.Port, options, TimeProvider.System, CancellationToken.None);

    private static async Task MeetAsync(TcpRendezvous rendezvous, int worldSize)
    {
        TcpTransport[] transports = await Task.WhenAll(Enumerable.Range(0, worldSize).Select(rank => JoinAsync(rank, worldSize, rendezvous, Options)))
            .WaitAsync(TimeSpan.FromSeconds(30));
        await rendezvous.CompleteAsync(CancellationToken.None);
        await Task.WhenAll(transports.Select(transport => transport.DisposeAsync().AsTask()));
    }
}
