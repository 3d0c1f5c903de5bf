using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Strategies.ParameterServer;

/// <summary>A client's side of a sharded parameter server: one vector, whatever the number of servers.</summary>
/// <remarks>
/// Traffic of a push-pull: 24·S + 4d bytes up and as many down over S shards. State: the version of each shard's range. Single-threaded,
/// one request at a time.
/// </remarks>
/// <param name="shards">The servers' ranks in the world, in the order of their ranges.</param>
internal sealed class ParameterServerClient(IReadOnlyList<int> shards) : IStateful
{
    private readonly long[] _versions = new long[shards.Count];
    private readonly bool[] _sent = new bool[shards.Count];
    private readonly byte[][] _outgoing = [.. shards.Select(_ => Array.Empty<byte>())];

    /// <summary>The version of the parameters last received from the lead shard.</summary>
    public long Version => _versions[0];

    /// <summary>The versions of the parameters last received, by shard: what a gradient that is computed on them is to be pushed with.</summary>
    public long[] Basis => [.. _versions];

    /// <summary>Whether a shard's last reply brought its range.</summary>
    public bool HasSent(int shard) => _sent[shard];

    /// <summary>Fetches the parameters.</summary>
    public async ValueTask<MessageHeader> PullAsync(
        ICommunicator world, Memory<float> parameters, CancellationToken cancellation, int extra = 0)
    {
        await SendAsync(world, new MessageHeader(MessageKind.Pull, Extra: extra), ReadOnlyMemory<float>.Empty, cancellation);
        return await ReceiveAsync(world, parameters, cancellation);
    }

    /// <summary>Pushes a gradient and receives the parameters when the servers let this client go on.</summary>
    /// <param name="world">Workers, then servers.</param>
    /// <param name="gradient">Shape [d]; free when the task completes.</param>
    /// <param name="samples">The samples it is the mean over.</param>
    /// <param name="parameters">Shape [d]; overwritten unless the reply says stopped or moved.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="extra">The header's last field.</param>
    /// <param name="basis">The <see cref="Basis"/> that the gradient was computed on; null for the last.</param>
    /// <returns>The lead shard's reply, or the first reply that says stopped.</returns>
    public async ValueTask<MessageHeader> PushPullAsync(
        ICommunicator world, ReadOnlyMemory<float> gradient, int samples, Memory<float> parameters, CancellationToken cancellation, int extra = 0,
        long[]? basis = null)
    {
        await SendAsync(world, new MessageHeader(MessageKind.Push, Samples: samples, Extra: extra), gradient, cancellation, basis);
        return await ReceiveAsync(world, parameters, cancellation);
    }

    /// <summary>Asks the lead shard of the centre for the generation of the membership and the group of every worker.</summary>
    public async ValueTask<(int Generation, int[] GroupOf)> MembershipAsync(ICommunicator world, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> question = Encode(0, new MessageHeader(MessageKind.Membership), []);
        await world.SendAsync(shards[0], ServerTags.Requests, question, cancellation);
        using Message message = await world.ReceiveAsync(shards[0], ServerTags.Replies, cancellation);
        MessageHeader header = MessageHeader.Read(message.Payload.Span, shards[0]);
        return (header.Extra, MessageHeader.Numbers(message.Payload.Span).ToArray());
    }

    /// <summary>Tells the lead shard how long workers took for their last gradients.</summary>
    /// <param name="world">Workers, then servers.</param>
    /// <param name="times">Pairs of worker and microseconds.</param>
    /// <param name="cancellation">Ends the send.</param>
    public async ValueTask TellTimesAsync(ICommunicator world, IReadOnlyList<int> times, CancellationToken cancellation)
    {
        var header = new MessageHeader(MessageKind.Times, Count: times.Count);
        byte[] message = new byte[header.MessageLength];
        header.Write(message);
        for (int i = 0; i < times.Count; i++) MessageHeader.Numbers(message)[i] = times[i];
        await world.SendAsync(shards[0], ServerTags.Requests, message, cancellation);
    }

    /// <summary>Tells every server that this client asks for nothing more.</summary>
    public ValueTask LeaveAsync(ICommunicator world, CancellationToken cancellation) =>
        SendAsync(world, new MessageHeader(MessageKind.Leave), ReadOnlyMemory<float>.Empty, cancellation);

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        for (int shard = 0; shard < _versions.Length; shard++) visitor.Counter($"version-{shard}", ref _versions[shard]);
    }

    private async ValueTask SendAsync(
        ICommunicator world, MessageHeader header, ReadOnlyMemory<float> floats, CancellationToken cancellation, long[]? basis = null)
    {
        var sends = new Task[shards.Count];
        for (int shard = 0; shard < sends.Length; shard++)
        {
            ReadOnlySpan<float> range = floats.Span[Chunks.Of(shard, shards.Count, floats.Length)];
            ReadOnlyMemory<byte> message = Encode(shard, header with { Version = (basis ?? _versions)[shard] }, range);
            sends[shard] = world.SendAsync(shards[shard], ServerTags.Requests, message, cancellation).AsTask();
        }
        await Task.WhenAll(sends);
    }

    private async ValueTask<MessageHeader> ReceiveAsync(ICommunicator world, Memory<float> parameters, CancellationToken cancellation)
    {
        MessageHeader answer = default;
        for (int shard = 0; shard < shards.Count; shard++)
        {
            using Message message = await world.ReceiveAsync(shards[shard], ServerTags.Replies, cancellation);
            MessageHeader header = MessageHeader.Read(message.Payload.Span, shards[shard]);
            if (header.Kind != MessageKind.Reply)
                throw new InvalidDataException($"Rank {shards[shard]} answered with a message of kind {header.Kind} where parameters were due.");
            if (shard == 0 || (header.Status == ReplyStatus.Stopped && answer.Status != ReplyStatus.Stopped)) answer = header;
            _sent[shard] = header.Status is not (ReplyStatus.Stopped or ReplyStatus.Moved);
            if (!_sent[shard]) continue;
            Span<float> range = parameters.Span[Chunks.Of(shard, shards.Count, parameters.Length)];
            if (header.Count != range.Length)
                throw new InvalidDataException($"Rank {shards[shard]} sent {header.Count} parameters, but its range has {range.Length}.");
            MessageHeader.Floats(message.Payload.Span).CopyTo(range);
            _versions[shard] = header.Version;
        }
        return answer;
    }

    private ReadOnlyMemory<byte> Encode(int shard, MessageHeader header, ReadOnlySpan<float> floats)
    {
        header = header with { Count = floats.Length };
        if (_outgoing[shard].Length < header.MessageLength) _outgoing[shard] = new byte[header.MessageLength];
        header.Write(_outgoing[shard]);
        floats.CopyTo(MessageHeader.Floats(_outgoing[shard]));
        return _outgoing[shard].AsMemory(0, header.MessageLength);
    }
}
