using Rubato.Communication;
using Rubato.Transports.InProcess;

namespace Rubato.Tests.Communication;

/// <summary>A handful of connected endpoints, and programs that run on them.</summary>
internal sealed class TestWorld(IReadOnlyList<ITransport> transports, CommunicatorOptions options) : IAsyncDisposable
{
    public static CommunicatorOptions Deterministic { get; } = new() { Timeout = TimeSpan.FromSeconds(10) };

    public static CommunicatorOptions Free { get; } = Deterministic with { Deterministic = false };

    public IReadOnlyList<ITransport> Transports => transports;

    public int Size => transports.Count;

    public static TestWorld InProcess(int size, CommunicatorOptions? options = null)
    {
        var network = new InProcessNetwork(size, TimeProvider.System);
        return new TestWorld([.. Enumerable.Range(0, size).Select(network.Open)], options ?? Deterministic);
    }

    public Task RunAsync(Func<ICommunicator, Task> program) => EventLoop.RunAllAsync(
        Size, rank => program(new Communicator(transports[rank], [.. Enumerable.Range(0, Size)], options)));

    public async ValueTask DisposeAsync()
    {
        foreach (ITransport transport in transports) await transport.DisposeAsync();
    }
}
