using Rubato.Communication;
using Rubato.Transports;
using Rubato.Transports.InProcess;
using Rubato.Transports.Tcp;

namespace Rubato.Tests.Communication;

/// <summary>A handful of connected endpoints, and programs that run on them.</summary>
internal sealed class TestWorld(IReadOnlyList<ITransport> transports, CommunicatorOptions options) : IAsyncDisposable
{
    public static CommunicatorOptions Deterministic { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    public static CommunicatorOptions Free { get; } = Deterministic with { Deterministic = false };

    public IReadOnlyList<ITransport> Transports => transports;

    public int Size => transports.Count;

    public static Task<TestWorld> OpenAsync(string transport, int size, CommunicatorOptions? options = null) => transport switch
    {
        "in-process" => Task.FromResult(InProcess(size, options)),
        "tcp" => TcpAsync(size, options),
        "tls" => TcpAsync(size, options, new TcpTransportOptions { Token = JobToken.Create(tls: true, TimeProvider.System) }),
        "shaped" => Task.FromResult(Shaped(InProcess(size, options))),
        _ => throw new ArgumentOutOfRangeException(nameof(transport), transport, "There is no such transport."),
    };

    public static TestWorld InProcess(int size, CommunicatorOptions? options = null)
    {
        var network = new InProcessNetwork(size, TimeProvider.System);
        return new TestWorld([.. Enumerable.Range(0, size).Select(network.Open)], options ?? Deterministic);
    }

    public static async Task<TestWorld> TcpAsync(int size, CommunicatorOptions? options = null, TcpTransportOptions? tcp = null)
    {
        tcp ??= new TcpTransportOptions { Token = JobToken.Create(tls: false, TimeProvider.System) };
        await using TcpRendezvous rendezvous = TcpRendezvous.Listen("127.0.0.1", 0, size, tcp, TimeProvider.System);
        Task<TcpTransport>[] joins =
        [
            .. Enumerable.Range(0, size).Select(rank =>
                TcpTransport.JoinAsync(rank, size, "127.0.0.1", rendezvous.Port, tcp, TimeProvider.System, CancellationToken.None)),
        ];
        await rendezvous.CompleteAsync(CancellationToken.None);
        return new TestWorld(await Task.WhenAll(joins), options ?? Deterministic);
    }

    public static TestWorld Shaped(TestWorld inner) => new(
        [.. inner.Transports.Select(transport => new ShapedTransport(transport, TimeSpan.FromMilliseconds(1), 10e9))], inner.Options);

    public CommunicatorOptions Options => options;

    public ICommunicator Communicator(int rank) => new Communicator(transports[rank], [.. Enumerable.Range(0, Size)], options);

    public Task RunAsync(Func<ICommunicator, Task> program) => EventLoop.RunAllAsync(Size, rank => program(Communicator(rank)));

    public async ValueTask DisposeAsync() => await Task.WhenAll(transports.Select(transport => transport.DisposeAsync().AsTask()));
}
