using System.Buffers;
using System.Runtime.InteropServices;

namespace Rubato.Communication;

/// <summary>One rank's call of one collective: sends and receives parts of vectors under the call's own tag, and watches its deadline.</summary>
/// <remarks>
/// A part travels in <see cref="Segments"/>; its last message ends with the caller's <see cref="CallStamp"/> of 8 bytes. A part of n > 0 floats
/// therefore costs ⌈n / 65,520⌉ messages and 4n + 8 bytes, an empty one nothing. Sends are started and not awaited; what they
/// send must stay as it is until they complete.
/// </remarks>
internal sealed class CollectiveCall : IDisposable
{
    private static readonly TimeSpan NoticeTime = TimeSpan.FromSeconds(1);

    private readonly ITransport _transport;
    private readonly Group _group;
    private readonly MessageTag _tag;
    private readonly CallStamp _stamp;
    private readonly OperationDeadline _deadline;
    private readonly List<Task> _sends = [];
    private int _waitingFor = Endpoints.Any;

    public CollectiveCall(ITransport transport, Group group, CallStamp stamp, string name, TimeSpan timeout, CancellationToken cancellation)
    {
        (_transport, _group, _stamp) = (transport, group, stamp);
        _tag = group.NextCollective();
        _deadline = new OperationDeadline(transport, group, name, timeout, cancellation);
    }

    /// <summary>What the call's messages are told by.</summary>
    public MessageTag Tag => _tag;

    public int Rank => _group.Rank;

    public int Size => _group.Size;

    /// <summary>Leaves the collective to the world.</summary>
    public async ValueTask RunWholeAsync(ReduceOperation operation, int root, Memory<float> vector, bool deterministic)
    {
        var whole = new WholeCollective(_stamp.Kind, operation, root, _group.Members, Rank, _tag, vector, deterministic) { IsForOnce = _group.IsForOnce };
        try
        {
            await _transport.Collectives!.RunAsync(whole, _deadline.Token);
        }
        finally
        {
            _waitingFor = whole.WaitedFor;
        }
    }

    /// <summary>Starts to send a whole part.</summary>
    public void Send(int destination, ReadOnlyMemory<float> part)
    {
        int count = Segments.CountOf(part.Length);
        for (int segment = 0; segment < count; segment++) SendSegment(destination, part, segment);
    }

    /// <summary>Starts to send one segment of a part.</summary>
    public void SendSegment(int destination, ReadOnlyMemory<float> part, int segment)
    {
        ReadOnlyMemory<byte> bytes = FloatMemory.BytesOf(part[Segments.Of(segment, part.Length)]);
        if (segment == Segments.CountOf(part.Length) - 1) SendStamped(destination, bytes);
        else Start(destination, bytes, null);
    }

    /// <summary>Starts to send a message of nothing but the stamp.</summary>
    public void SendSignal(int destination) => SendStamped(destination, default);

    /// <summary>Waits for a message of nothing but the stamp.</summary>
    public async ValueTask ReceiveSignalAsync(int source) => (await ReceiveStampedAsync(source, 0)).Dispose();

    /// <summary>Receives a whole part into its place.</summary>
    public async ValueTask ReceiveAsync(int source, Memory<float> part)
    {
        int count = Segments.CountOf(part.Length);
        for (int segment = 0; segment < count; segment++)
        {
            using Message message = await ReceiveSegmentAsync(source, part.Length, segment);
            FloatsOf(message, part.Length, segment).CopyTo(part.Span[Segments.Of(segment, part.Length)]);
        }
    }

    /// <summary>Receives one segment of a part; read it by <see cref="FloatsOf"/> and dispose it.</summary>
    public ValueTask<Message> ReceiveSegmentAsync(int source, int partLength, int segment)
    {
        (_, int floats) = Segments.Of(segment, partLength).GetOffsetAndLength(partLength);
        return segment == Segments.CountOf(partLength) - 1
            ? ReceiveStampedAsync(source, floats)
            : ReceiveBareAsync(source, floats);
    }

    /// <summary>The floats of a received segment.</summary>
    public static Span<float> FloatsOf(Message message, int partLength, int segment)
    {
        (_, int floats) = Segments.Of(segment, partLength).GetOffsetAndLength(partLength);
        return MemoryMarshal.Cast<byte, float>(message.Payload.Span)[..floats];
    }

    /// <summary>Waits until everything sent so far has left its buffer.</summary>
    public async ValueTask FlushAsync()
    {
        foreach (Task send in _sends) await send;
        _sends.Clear();
    }

    /// <summary>Gives up: ends all sends, tells the others if the ranks disagree, and returns the failure that the caller should see.</summary>
    public async ValueTask<Exception> AbandonAsync(Exception failure)
    {
        _deadline.Cancel();
        foreach (Task send in _sends) await Task.WhenAny(send);
        if (failure is CollectiveMismatchException mismatch) await TellOthersAsync(mismatch);
        return _deadline.Explain(failure, _waitingFor);
    }

    public void Dispose() => _deadline.Dispose();

    private void SendStamped(int destination, ReadOnlyMemory<byte> bytes)
    {
        byte[] staging = ArrayPool<byte>.Shared.Rent(bytes.Length + CallStamp.Size);
        bytes.CopyTo(staging);
        _stamp.Write(staging.AsSpan(bytes.Length));
        Start(destination, staging.AsMemory(0, bytes.Length + CallStamp.Size), staging);
    }

    private void Start(int destination, ReadOnlyMemory<byte> payload, byte[]? staging)
    {
        Task send = SendAsync(destination, payload, staging);
        if (!send.IsCompletedSuccessfully) _sends.Add(send);
    }

    private async Task SendAsync(int destination, ReadOnlyMemory<byte> payload, byte[]? staging)
    {
        try
        {
            await _transport.SendAsync(_group.Members[destination], _tag, payload, _deadline.Token);
        }
        finally
        {
            if (staging is not null) ArrayPool<byte>.Shared.Return(staging);
        }
    }

    private async ValueTask<Message> ReceiveStampedAsync(int source, int floats)
    {
        Message message = await ReceiveAsync(source);
        int bytes = floats * sizeof(float);
        Span<byte> payload = message.Payload.Span;
        if (payload.Length == bytes + CallStamp.Size && CallStamp.Read(payload[bytes..]) == _stamp) return message;
        throw Mismatch(message, source);
    }

    private async ValueTask<Message> ReceiveBareAsync(int source, int floats)
    {
        Message message = await ReceiveAsync(source);
        return message.Payload.Length == floats * sizeof(float) ? message : throw Mismatch(message, source);
    }

    private async ValueTask<Message> ReceiveAsync(int source)
    {
        _waitingFor = _group.Members[source];
        return await _transport.ReceiveAsync(_waitingFor, _tag, _deadline.Token);
    }

    private CollectiveMismatchException Mismatch(Message message, int source)
    {
        using (message)
        {
            Span<byte> payload = message.Payload.Span;
            // A full segment that is not the last one bears no stamp, but its length alone tells that the ranks disagree.
            if (payload.Length < CallStamp.Size || payload.Length == Segments.MaxFloats * sizeof(float))
                return new CollectiveMismatchException(_group.Members[source], $"a collective whose message has {payload.Length} bytes", _stamp);

            CallStamp theirs = CallStamp.Read(payload[^CallStamp.Size..]);
            if (theirs.Kind != CollectiveKind.Disagreement) return new CollectiveMismatchException(_group.Members[source], theirs, _stamp);

            // Somebody saw that two ranks disagree and gave up; pass on whichever of the two calls is not ours.
            CallStamp other = CallStamp.Read(payload), sender = CallStamp.Read(payload[CallStamp.Size..]);
            return other == _stamp
                ? new CollectiveMismatchException(_group.Members[source], sender, _stamp)
                : new CollectiveMismatchException(theirs.Detail, other, _stamp);
        }
    }

    // Under the call's own tag, so that whoever waits for a part finds out now and not at its deadline. Best effort: a peer that
    // cannot be told runs into its deadline.
    private async ValueTask TellOthersAsync(CollectiveMismatchException mismatch)
    {
        byte[] notice = new byte[3 * CallStamp.Size];
        mismatch.Theirs.Write(notice);
        _stamp.Write(notice.AsSpan(CallStamp.Size));
        new CallStamp(CollectiveKind.Disagreement, mismatch.Rank, 0).Write(notice.AsSpan(2 * CallStamp.Size));
        using var deadline = new OperationDeadline(_transport, null, "notice of disagreement", NoticeTime, CancellationToken.None);
        for (int peer = 0; peer < Size; peer++)
        {
            if (peer == Rank) continue;
            Task send = _transport.SendAsync(_group.Members[peer], _tag, notice, deadline.Token).AsTask();
            await Task.WhenAny(send);
        }
    }
}
