using System.Buffers;
using Rubato.Communication;

namespace Rubato.Transports.Tcp;

/// <summary>Frames on their way to one peer: copied once into pooled blocks, small ones side by side, and taken block by block by the writer.</summary>
/// <remarks>
/// Holds up to a window of bytes; past it, sends wait in the order of their calls. A waiting send can be cancelled and leaves no trace,
/// since nothing of it has been written yet. Safe for concurrent senders and one writer.
/// </remarks>
internal sealed class SendQueue(int source, int peer, int windowBytes, TimeProvider time)
{
    private const int SmallBlockBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Block> _blocks = [];
    private readonly LinkedList<WaitingSend> _waiting = [];
    private TaskCompletionSource<Block?>? _writer;
    private Block? _tail;
    private long _queuedBytes;
    private ulong _sequence;
    private string? _closedBecause;

    /// <summary>Nothing is queued, so a heartbeat would say something new.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate) return _queuedBytes == 0;
        }
    }

    /// <summary>Queues a message; completes when its payload has been copied.</summary>
    public ValueTask SendAsync(MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        lock (_gate)
        {
            ThrowIfClosed();
            if (_waiting.Count == 0 && HasRoom)
            {
                Append(FrameKind.Message, tag, payload.Span);
                return default;
            }
            var send = new WaitingSend(this, tag, payload, time.GetTimestamp());
            _waiting.AddLast(send);
            send.Registration = cancellation.UnsafeRegister(static (state, token) => ((WaitingSend)state!).Cancel(token), send);
            return new ValueTask(send.Task);
        }
    }

    /// <summary>Queues a frame without payload, regardless of the window; says false if the queue is closed.</summary>
    public bool TrySignal(FrameKind kind)
    {
        lock (_gate)
        {
            if (_closedBecause is not null) return false;
            Append(kind, default, default);
            return true;
        }
    }

    /// <summary>Lets the writer end after what is queued now; later sends fail with the reason.</summary>
    public void Finish(string reason)
    {
        lock (_gate)
        {
            FailWaiting(reason);
            if (_blocks.Count == 0) _writer?.TrySetResult(null);
        }
    }

    /// <summary>Drops what is queued; the writer ends, and senders fail with the reason.</summary>
    public void Close(string reason)
    {
        lock (_gate)
        {
            FailWaiting(reason);
            while (_blocks.TryDequeue(out Block? block)) block.Return();
            (_tail, _queuedBytes) = (null, 0);
            _writer?.TrySetResult(null);
        }
    }

    /// <summary>The next block to write, null at the end. One taker; it gives each block back by <see cref="Written"/>.</summary>
    public ValueTask<Block?> TakeAsync()
    {
        lock (_gate)
        {
            if (_blocks.TryDequeue(out Block? block))
            {
                if (block == _tail) _tail = null;
                return new ValueTask<Block?>(block);
            }
            if (_closedBecause is not null) return new ValueTask<Block?>((Block?)null);
            _writer = new TaskCompletionSource<Block?>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask<Block?>(_writer.Task);
        }
    }

    /// <summary>A block has been written: there is room for sends that wait.</summary>
    public void Written(Block block)
    {
        lock (_gate)
        {
            if (_queuedBytes > 0) _queuedBytes -= block.Length;
            block.Return();
            while (_closedBecause is null && _waiting.First is { } first && HasRoom)
            {
                _waiting.RemoveFirst();
                first.Value.Registration.Unregister();
                Append(FrameKind.Message, first.Value.Tag, first.Value.Payload.Span);
                first.Value.TrySetResult();
            }
        }
    }

    private bool HasRoom => _queuedBytes < windowBytes;

    private void Append(FrameKind kind, MessageTag tag, ReadOnlySpan<byte> payload)
    {
        int length = FrameHeader.Size + payload.Length;
        Block block;
        if (_tail is { } tail && tail.Free >= length) block = tail;
        else
        {
            block = new Block(Math.Max(length, SmallBlockBytes));
            _blocks.Enqueue(block);
            _tail = block;
        }
        Span<byte> frame = block.Extend(length);
        payload.CopyTo(frame[FrameHeader.Size..]);
        new FrameHeader(kind, tag, source, payload.Length, _sequence++, FrameChecksum.Of(frame[FrameHeader.Size..])).Write(frame);
        _queuedBytes += length;
        if (_writer is null) return;

        TaskCompletionSource<Block?> writer = _writer;
        _writer = null;
        _blocks.Dequeue();
        _tail = null;
        writer.TrySetResult(block);
    }

    private void FailWaiting(string reason)
    {
        _closedBecause ??= reason;
        foreach (WaitingSend send in _waiting)
        {
            send.Registration.Unregister();
            send.TrySetException(new PeerLostException(peer, "send", time.GetElapsedTime(send.Started), _closedBecause));
        }
        _waiting.Clear();
    }

    private void ThrowIfClosed()
    {
        if (_closedBecause is not null) throw new PeerLostException(peer, "send", TimeSpan.Zero, _closedBecause);
    }

    /// <summary>Frames in one pooled buffer.</summary>
    internal sealed class Block(int capacity)
    {
        private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(capacity);

        public int Length { get; private set; }

        public int Free => capacity - Length;

        public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

        public Span<byte> Extend(int length)
        {
            Span<byte> added = _buffer.AsSpan(Length, length);
            Length += length;
            return added;
        }

        public void Return() => ArrayPool<byte>.Shared.Return(_buffer);
    }

    private sealed class WaitingSend(SendQueue queue, MessageTag tag, ReadOnlyMemory<byte> payload, long started)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public MessageTag Tag => tag;

        public ReadOnlyMemory<byte> Payload => payload;

        public long Started => started;

        public CancellationTokenRegistration Registration { get; set; }

        public void Cancel(CancellationToken cancellation)
        {
            lock (queue._gate)
                if (queue._waiting.Remove(this)) TrySetCanceled(cancellation);
        }
    }
}
