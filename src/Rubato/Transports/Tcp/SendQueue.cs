using Rubato.Communication;

namespace Rubato.Transports.Tcp;

/// <summary>Frames on their way to one peer, in the order of their calls, taken one piece after the other by whoever writes.</summary>
/// <remarks>
/// <para>Small messages are copied side by side into pooled blocks and complete at once, up to a window of bytes; past it they wait. Large
/// ones are written straight from the caller's buffer and complete when they are written.</para>
/// <para>There is no standing writer: whoever queues something calls <see cref="TryBegin"/>, and if nobody is writing becomes the writer until
/// <see cref="Written"/> has nothing left for it. What others queue meanwhile gathers in blocks behind the piece being written.</para>
/// <para>A send that is cancelled before its turn leaves a sign of life in its place, so that numbers stay in order. One that is being written cannot be
/// taken back: it completes when it is written; <see cref="StuckSince"/> tells if it never is. Safe for concurrent use.</para>
/// </remarks>
internal sealed class SendQueue(int source, int peer, int windowBytes, TimeProvider time)
{
    /// <summary>Payloads from so many bytes on are not copied.</summary>
    internal const int LargeBytes = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Outgoing> _items = [];
    private readonly LinkedList<PendingSend> _waiting = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isWriting;
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
            lock (_gate) return _items.Count == 0 && !_isWriting;
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

    /// <summary>Completes when the queue is closed, nothing is left in it and nobody writes any more.</summary>
    public Task Ended => _ended.Task;

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

    /// <summary>Ends the queue after what is in it now; later sends fail with the reason.</summary>
    public void Finish(string reason)
    {
        lock (_gate)
        {
            _closedBecause ??= reason;
            foreach (PendingSend send in _waiting) Fail(send);
            _waiting.Clear();
            EndIfDone();
        }
    }

    /// <summary>Drops what is queued; the queue ends after the piece being written, and senders fail with the reason.</summary>
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
            EndIfDone();
        }
    }

    /// <summary>Makes the caller the writer and gives the first piece to write; null if somebody writes already or nothing is queued.</summary>
    /// <remarks>The writer says <see cref="Written"/> or <see cref="Failed"/> of every piece.</remarks>
    public Outgoing? TryBegin()
    {
        lock (_gate) return _isWriting ? null : Next();
    }

    /// <summary>A piece has been written: its send completes, and there may be room for sends that wait. Gives the next piece, null when the writer is done.</summary>
    public Outgoing? Written(Outgoing item)
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
            return Next();
        }
    }

    /// <summary>A piece could not be written; the queue is closed with the reason.</summary>
    public void Failed(Outgoing item, string reason)
    {
        lock (_gate)
        {
            _isWriting = false;
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
    }

    private void AppendLarge(PendingSend send)
    {
        _tail = null;
        _items.Enqueue(new Outgoing(null, send, _sequence++));
    }

    private Outgoing? Next()
    {
        _isWriting = _items.TryDequeue(out Outgoing? item);
        if (item is null)
        {
            EndIfDone();
            return null;
        }
        if (item.Block is not null && item.Block == _tail) _tail = null;
        if (item.Send is not null) item.Send.IsBeingWritten = true;
        return item;
    }

    private void EndIfDone()
    {
        if (_closedBecause is not null && !_isWriting && _items.Count == 0) _ended.TrySetResult();
    }

    private long Timestamp() => time.GetTimestamp();

    private void Fail(PendingSend send)
    {
        send.Registration.Unregister();
        send.TrySetException(new PeerLostException(peer, "send", time.GetElapsedTime(send.Started), _closedBecause!));
    }

    /// <summary>A piece for the writer: a block of whole frames, or one large message whose header is still to be made.</summary>
    internal sealed record Outgoing(FrameBlock? Block, PendingSend? Send, ulong Sequence)
    {
        /// <summary>The bytes to write, without a large message's header.</summary>
        public int Length => Block?.Length ?? Send!.Payload.Length;
    }

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
