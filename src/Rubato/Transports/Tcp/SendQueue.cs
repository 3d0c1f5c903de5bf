using Rubato.Communication;

namespace Rubato.Transports.Tcp;

/// <summary>Frames on their way to one peer, in the order of their calls, taken one piece after the other by the connection's writer.</summary>
/// <remarks>
/// <para>Small messages are copied side by side into pooled blocks and complete at once, up to a window of bytes; past it they wait. Large
/// ones are written straight from the caller's buffer and complete when they are written.</para>
/// <para>A send that is cancelled before its turn leaves a sign of life in its place, so that numbers stay in order. One that is being written cannot be
/// taken back: it completes when it is written; <see cref="StuckSince"/> tells if it never is. Safe for concurrent senders and one writer.</para>
/// </remarks>
internal sealed class SendQueue(int source, int peer, int windowBytes, TimeProvider time)
{
    /// <summary>Payloads from so many bytes on are not copied.</summary>
    internal const int LargeBytes = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Outgoing> _items = [];
    private readonly LinkedList<PendingSend> _waiting = [];
    private TaskCompletionSource<Outgoing?>? _writer;
    private FrameBlock? _tail;
    private long _blockBytes;
    private ulong _sequence;
    private string? _closedBecause;
    private long? _stuckSince;

    /// <summary>Nothing is queued or being written, so a heartbeat would say something new.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate) return _items.Count == 0 && _writer is not null;
        }
    }

    /// <summary>When a send that is being written was cancelled, as a timestamp; null if there is none.</summary>
    public long? StuckSince
    {
        get
        {
            lock (_gate) return _stuckSince;
        }
    }

    /// <summary>Queues a message; completes when its payload has been copied or written.</summary>
    public ValueTask SendAsync(MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_closedBecause is not null) throw new PeerLostException(peer, "send", TimeSpan.Zero, _closedBecause);
            bool isLarge = payload.Length >= LargeBytes;
            if (!isLarge && _waiting.Count == 0 && HasRoom)
            {
                AppendSmall(FrameKind.Message, tag, payload.Span);
                return default;
            }
            var send = new PendingSend(this, tag, payload, time.GetTimestamp());
            if (isLarge && _waiting.Count == 0) AppendLarge(send);
            else _waiting.AddLast(send);
            send.Registration = cancellation.UnsafeRegister(static (state, token) => ((PendingSend)state!).Cancel(token), send);
            return new ValueTask(send.Task);
        }
    }

    /// <summary>Queues a frame without payload, regardless of the window; does nothing on a closed queue.</summary>
    public void Signal(FrameKind kind)
    {
        lock (_gate)
            if (_closedBecause is null) AppendSmall(kind, default, default);
    }

    /// <summary>Lets the writer end after what is queued now; later sends fail with the reason.</summary>
    public void Finish(string reason)
    {
        lock (_gate)
        {
            _closedBecause ??= reason;
            foreach (PendingSend send in _waiting) Fail(send);
            _waiting.Clear();
            if (_items.Count == 0) _writer?.TrySetResult(null);
        }
    }

    /// <summary>Drops what is queued; the writer ends, and senders fail with the reason.</summary>
    public void Close(string reason)
    {
        lock (_gate)
        {
            Finish(reason);
            while (_items.TryDequeue(out Outgoing? item))
            {
                item.Block?.Return();
                if (item.Send is not null) Fail(item.Send);
            }
            _tail = null;
            _writer?.TrySetResult(null);
        }
    }

    /// <summary>The next piece to write, null at the end. One taker; it says <see cref="Written"/> or <see cref="Failed"/> of each.</summary>
    public ValueTask<Outgoing?> TakeAsync()
    {
        lock (_gate)
        {
            _writer = null;
            if (_items.TryDequeue(out Outgoing? item)) return new ValueTask<Outgoing?>(Begin(item));
            if (_closedBecause is not null) return new ValueTask<Outgoing?>((Outgoing?)null);
            _writer = new TaskCompletionSource<Outgoing?>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask<Outgoing?>(_writer.Task);
        }
    }

    /// <summary>A piece has been written: its send completes, and there may be room for sends that wait.</summary>
    public void Written(Outgoing item)
    {
        lock (_gate)
        {
            _stuckSince = null;
            Release(item);
            item.Send?.TrySetResult();
            while (_closedBecause is null && _waiting.First?.Value is { } first && (first.IsLarge || HasRoom))
            {
                _waiting.RemoveFirst();
                if (first.IsLarge)
                {
                    AppendLarge(first);
                    continue;
                }
                first.Registration.Unregister();
                AppendSmall(FrameKind.Message, first.Tag, first.Payload.Span);
                first.TrySetResult();
            }
        }
    }

    /// <summary>A piece could not be written; the queue is closed with the reason.</summary>
    public void Failed(Outgoing item, string reason)
    {
        lock (_gate)
        {
            Close(reason);
            Release(item);
            if (item.Send is not null) Fail(item.Send);
        }
    }

    private bool HasRoom => _blockBytes < windowBytes;

    private void Release(Outgoing item)
    {
        if (item.Block is not { } block) return;
        _blockBytes -= block.Length;
        block.Return();
    }

    private void AppendSmall(FrameKind kind, MessageTag tag, ReadOnlySpan<byte> payload)
    {
        int length = FrameHeader.Size + payload.Length;
        if (_tail is not { } block || block.Free < length)
        {
            _tail = block = new FrameBlock();
            _items.Enqueue(new Outgoing(block, null, 0));
        }
        Span<byte> frame = block.Extend(length);
        payload.CopyTo(frame[FrameHeader.Size..]);
        new FrameHeader(kind, tag, source, payload.Length, _sequence++, FrameChecksum.Of(payload)).Write(frame);
        _blockBytes += length;
        HandOver();
    }

    private void AppendLarge(PendingSend send)
    {
        _tail = null;
        _items.Enqueue(new Outgoing(null, send, _sequence++));
        HandOver();
    }

    private void HandOver()
    {
        if (_writer is not { } writer || !_items.TryDequeue(out Outgoing? item)) return;
        _writer = null;
        writer.TrySetResult(Begin(item));
    }

    private Outgoing Begin(Outgoing item)
    {
        if (item.Block == _tail) _tail = null;
        if (item.Send is not null) item.Send.IsBeingWritten = true;
        return item;
    }

    private long Timestamp() => time.GetTimestamp();

    private void Fail(PendingSend send)
    {
        send.Registration.Unregister();
        send.TrySetException(new PeerLostException(peer, "send", time.GetElapsedTime(send.Started), _closedBecause!));
    }

    /// <summary>A piece for the writer: a block of whole frames, or one large message whose header is still to be made.</summary>
    internal sealed record Outgoing(FrameBlock? Block, PendingSend? Send, ulong Sequence);

    /// <summary>A send that has not completed: large, or waiting for room.</summary>
    internal sealed class PendingSend(SendQueue queue, MessageTag tag, ReadOnlyMemory<byte> payload, long started)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public MessageTag Tag => tag;

        /// <summary>Read it only after <see cref="IsBeingWritten"/> is set and while <see cref="IsCancelled"/> is not: a cancelled buffer is its owner's again.</summary>
        public ReadOnlyMemory<byte> Payload => payload;

        public bool IsLarge => payload.Length >= LargeBytes;

        public long Started => started;

        public bool IsBeingWritten { get; set; }

        public bool IsCancelled { get; private set; }

        public CancellationTokenRegistration Registration { get; set; }

        public void Cancel(CancellationToken cancellation)
        {
            lock (queue._gate)
            {
                if (Task.IsCompleted) return;
                if (IsBeingWritten)
                {
                    queue._stuckSince ??= queue.Timestamp();
                    return;
                }
                // In the list it simply goes; in the queue its number goes out with a sign of life.
                IsCancelled = true;
                queue._waiting.Remove(this);
                TrySetCanceled(cancellation);
            }
        }
    }
}
