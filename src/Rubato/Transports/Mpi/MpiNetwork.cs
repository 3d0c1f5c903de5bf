using System.Buffers;
using System.Text;
using Rubato.Communication;

namespace Rubato.Transports.Mpi;

/// <summary>The endpoints of one job as this process sees them: its own in memory, all others behind MPI.</summary>
/// <remarks>All ranks open the same networks in the same order. Disposal closes what is still open and forgets what may still come.</remarks>
internal sealed class MpiNetwork : IDisposable
{
    private readonly MpiProcess _process;
    private readonly MpiTransport?[] _own;
    private readonly int _number;

    /// <summary>Opens the network on this rank; costs no message.</summary>
    /// <param name="process">This process.</param>
    /// <param name="layout">Where the endpoints are, the same on all ranks.</param>
    /// <param name="workers">The communicator of all workers; null where there is none.</param>
    /// <param name="time">The clock of this world.</param>
    public MpiNetwork(MpiProcess process, MpiLayout layout, MpiWorkers? workers, TimeProvider time)
    {
        (_process, Layout) = (process, layout);
        _own = new MpiTransport?[layout.Endpoints];
        foreach (int endpoint in layout.EndpointsOf(process.Rank)) _own[endpoint] = new MpiTransport(this, endpoint, time);
        Groups = new MpiGroups(process, this);
        Workers = workers;
        // What came early is handed on before anything else comes.
        lock (process.Gate)
        {
            _number = process.Post.Register(this);
            process.Post.Begin(_number);
        }
    }

    /// <summary>Where the endpoints are.</summary>
    public MpiLayout Layout { get; }

    /// <summary>This process.</summary>
    public MpiProcess Process => _process;

    /// <summary>Communicators of groups, made when they are wanted.</summary>
    public MpiGroups Groups { get; }

    /// <summary>The communicator of all workers; null where there is none.</summary>
    public MpiWorkers? Workers { get; }

    /// <summary>The transport of one of this rank's endpoints; messages sent before it was opened wait for it. The caller disposes it.</summary>
    public MpiTransport Open(int endpoint) => _own[endpoint]
        ?? throw new ArgumentOutOfRangeException(nameof(endpoint), endpoint, $"Endpoint {endpoint} is on MPI rank {Layout.RankOf(endpoint)}, but this is rank {_process.Rank}.");

    /// <summary>Carries a message between two endpoints.</summary>
    public ValueTask SendAsync(int source, int destination, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        if (_own[destination] is { } own) return own.TakeOwnAsync(source, tag, payload, cancellation);
        return _process.Post.SendAsync(
            Layout.RankOf(destination), new MpiEnvelope(_number, MpiMessageKind.Data, destination, source, tag), payload.Span, cancellation);
    }

    /// <summary>Sends a notice to another rank; nobody waits for it.</summary>
    public void Notify(int rank, MpiMessageKind kind, int source, MessageTag tag, ReadOnlySpan<byte> payload) =>
        _ = _process.Post.SendAsync(rank, new MpiEnvelope(_number, kind, -1, source, tag), payload, CancellationToken.None).AsTask();

    /// <summary>Tells everybody that an endpoint has closed its transport.</summary>
    public void SayFarewell(int endpoint)
    {
        Tell(MpiMessageKind.Farewell, endpoint, "");
        foreach (MpiTransport own in Own) own.PeerHasLeft(endpoint);
    }

    /// <summary>Tells everybody that an endpoint is lost.</summary>
    public void Lose(int endpoint, string reason)
    {
        Tell(MpiMessageKind.Loss, endpoint, reason);
        foreach (MpiTransport own in Own) own.PeerIsLost(endpoint, reason);
    }

    /// <summary>All other ranks are out of reach.</summary>
    public void Break(string reason)
    {
        for (int endpoint = 0; endpoint < Layout.Endpoints; endpoint++)
        {
            if (_own[endpoint] is not null) continue;
            foreach (MpiTransport own in Own) own.PeerIsLost(endpoint, reason);
        }
    }

    /// <summary>Takes what came from another rank, and the buffer with it.</summary>
    public void Take(MpiEnvelope envelope, byte[] buffer, int length)
    {
        if (envelope.Kind == MpiMessageKind.Data)
        {
            Message message = Message.Adopt(envelope.Source, envelope.Tag, buffer, length);
            if (_own[envelope.Destination] is { } own) own.Take(message);
            else message.Dispose();
            return;
        }
        switch (envelope.Kind)
        {
            case MpiMessageKind.Farewell:
                foreach (MpiTransport own in Own) own.PeerHasLeft(envelope.Source);
                break;
            case MpiMessageKind.Loss:
                string reason = Encoding.UTF8.GetString(buffer, 0, length);
                foreach (MpiTransport own in Own) own.PeerIsLost(envelope.Source, reason);
                break;
            case MpiMessageKind.GroupWanted:
                Groups.TakeWish(envelope.Source, envelope.Tag.Context, buffer.AsSpan(0, length));
                break;
            default:
                Groups.TakeGrant(envelope.Tag.Context, envelope.Tag.Value);
                break;
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Post.Unregister(_number);

    private IEnumerable<MpiTransport> Own => _own.OfType<MpiTransport>();

    private void Tell(MpiMessageKind kind, int endpoint, string text)
    {
        byte[] payload = Encoding.UTF8.GetBytes(text);
        try
        {
            for (int rank = 0; rank < _process.Size; rank++)
                if (rank != _process.Rank) Notify(rank, kind, endpoint, default, payload);
        }
        catch (MpiException)
        {
            // The library has failed, and everybody finds out by itself.
            return;
        }
    }
}
