using Rubato.Communication;

namespace Rubato.Transports.Tcp;

/// <summary>The authenticated connection to one peer: a loop that reads frames into the mailbox, and a pump that writes the send queue.</summary>
/// <remarks>
/// Ends in one of three ways: the peer says farewell, the connection breaks (the peer is lost), or this side closes. A connection whose mailbox is full
/// is read no further, so that TCP makes the sender wait; while that lasts, the peer's silence is not counted.
/// The sender that finds nobody writing pumps the queue itself, on its own thread, until the socket takes no more or a bound is reached: a small message
/// costs one system call and no change of threads. The rest goes on on the pool.
/// </remarks>
internal sealed class TcpConnection : IAsyncDisposable
{
    private const int ReadBufferBytes = 16 * 1024;

    /// <summary>A sender writes at most so many bytes on its own thread, which may be an event loop that has other things to do.</summary>
    private const int BorrowedBytes = 512 * 1024;

    private static readonly TimeSpan LastWordsTime = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly TcpTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly Mailbox _mailbox;
    private readonly Action<TcpConnection, string?> _ended;
    private readonly SendQueue _queue;
    private readonly ArrivalHistory _arrivals;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _readEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _loopsEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _rank;
    private readonly byte[] _header = new byte[FrameHeader.Size];
    private readonly byte[] _buffer = new byte[ReadBufferBytes];
    private int _start, _end;
    private ulong _expected;
    private long _lastHeard, _lastSent;
    private long _deadlineTicks;
    private int _hasEnded;
    private volatile bool _isDelivering;
    private volatile bool _isLeaving;

    /// <summary>Takes over an authenticated stream; <see cref="Start"/> sets it going.</summary>
    /// <param name="stream">Owned by the connection from now on.</param>
    /// <param name="rank">This endpoint.</param>
    /// <param name="peer">The endpoint at the other end.</param>
    /// <param name="options">Windows and deadlines.</param>
    /// <param name="time">The clock.</param>
    /// <param name="mailbox">Where messages go.</param>
    /// <param name="ended">Called once: with the reason of a loss, or with null after a farewell.</param>
    public TcpConnection(
        Stream stream, int rank, int peer, TcpTransportOptions options, TimeProvider time, Mailbox mailbox, Action<TcpConnection, string?> ended)
    {
        (_stream, _rank, Peer, _options, _time, _mailbox, _ended) = (stream, rank, peer, options, time, mailbox, ended);
        _queue = new SendQueue(rank, peer, options.SendWindowBytes, time);
        _arrivals = new ArrivalHistory(options.SilenceLimit);
        _deadlineTicks = options.SilenceLimit.Ticks;
        _lastHeard = _lastSent = time.GetTimestamp();
    }

    /// <summary>The endpoint at the other end.</summary>
    public int Peer { get; }

    /// <summary>Starts reading on pool threads.</summary>
    public void Start() => _ = Task.Run(async () =>
    {
        await Task.WhenAll(ReadLoopAsync(), _queue.Ended).ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _loopsEnded.TrySetResult();
    });

    /// <summary>Queues a message; waits while the window is full.</summary>
    public ValueTask SendAsync(MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        ValueTask send = _queue.SendAsync(tag, payload, cancellation);
        Pump();
        return send;
    }

    /// <summary>Sends a sign of life if nothing else has been sent for an interval, and judges the peer's silence.</summary>
    public void Tick()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lastSent)) >= _options.HeartbeatInterval && _queue.IsIdle) Signal(FrameKind.Heartbeat);
        if (_queue.StuckSince is { } since && _time.GetElapsedTime(since) > _options.FarewellTimeout)
        {
            // Half a frame is written and its buffer must be given back: the connection cannot go on.
            End($"it did not read a message that was cancelled {_time.GetElapsedTime(since).TotalSeconds:0.#} s ago");
            return;
        }
        if (_isDelivering) Forgive();
        TimeSpan silence = _time.GetElapsedTime(Volatile.Read(ref _lastHeard)), deadline = new(Volatile.Read(ref _deadlineTicks));
        if (silence > deadline)
            End($"silent for {silence.TotalSeconds:0.#} s, and its deadline, learnt from what it sent before, is {deadline.TotalSeconds:0.#} s");
    }

    /// <summary>Starts the peer's silence anew: this side was not listening.</summary>
    public void Forgive() => Volatile.Write(ref _lastHeard, _time.GetTimestamp());

    /// <summary>Says farewell and waits until the peer has read everything, for a bounded time; then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _isLeaving = true;
        Signal(FrameKind.Farewell);
        _queue.Finish("this transport is being disposed");
        using var patience = new CancellationTokenSource(_options.FarewellTimeout, _time);
        // The peer closes its end once it has read the farewell; closing first could discard what it has not read yet.
        await Task.WhenAny(_loopsEnded.Task, Task.Delay(Timeout.InfiniteTimeSpan, _time, patience.Token)).ConfigureAwait(false);
        Close("this transport was disposed");
        await _loopsEnded.Task.ConfigureAwait(false);
    }

    /// <summary>Breaks the connection without a farewell.</summary>
    public void Close(string reason)
    {
        Interlocked.Exchange(ref _hasEnded, 1);
        _queue.Close(reason);
        _closing.Cancel();
    }

    private void End(string? lossReason)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0) return;
        if (!_isLeaving) _ended(this, lossReason);
        Close(lossReason ?? "it closed its transport and left");
    }

    private void Signal(FrameKind kind)
    {
        _queue.Signal(kind);
        Pump();
    }

    // Nobody awaits the pump: what becomes of it, the queue tells the senders and End tells the transport.
    private void Pump()
    {
        if (_queue.TryBegin() is { } item) _ = PumpAsync(item);
    }

    private async Task PumpAsync(SendQueue.Outgoing first)
    {
        long borrowed = 0;
        try
        {
            for (SendQueue.Outgoing? item = first; item is not null;)
            {
                borrowed += item.Length;
                try
                {
                    if (borrowed > BorrowedBytes)
                    {
                        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                        borrowed = long.MinValue;
                    }
                    await WriteAsync(item).ConfigureAwait(false);
                }
                catch (Exception failure)
                {
                    _queue.Failed(item, $"its connection broke while it was written to: {failure.Message}");
                    throw;
                }
                Volatile.Write(ref _lastSent, _time.GetTimestamp());
                item = _queue.Written(item);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // What the peer said last may still wait to be read, and it may have been a farewell: the reader judges first.
            using var patience = new CancellationTokenSource(LastWordsTime, _time);
            await Task.WhenAny(_readEnded.Task, Task.Delay(Timeout.InfiniteTimeSpan, _time, patience.Token)).ConfigureAwait(false);
            End($"its connection broke while it was written to: {failure.Message}");
        }
    }

    private async ValueTask WriteAsync(SendQueue.Outgoing item)
    {
        if (item.Block is { } block)
        {
            await _stream.WriteAsync(block.Frames, _closing.Token).ConfigureAwait(false);
            return;
        }
        SendQueue.PendingSend send = item.Send!;
        FrameHeader header = send.IsCancelled
            ? new FrameHeader(FrameKind.Heartbeat, default, _rank, 0, item.Sequence, FrameChecksum.Of([]))
            : new FrameHeader(FrameKind.Message, send.Tag, _rank, send.Payload.Length, item.Sequence, FrameChecksum.Of(send.Payload.Span));
        header.Write(_header);
        await _stream.WriteAsync(_header, _closing.Token).ConfigureAwait(false);
        if (!send.IsCancelled) await _stream.WriteAsync(send.Payload, _closing.Token).ConfigureAwait(false);
    }

    private async Task ReadLoopAsync()
    {
        try
        {
            while (await ReadFrameAsync().ConfigureAwait(false))
            {
            }
            End(null);
        }
        catch (WireViolationException violation)
        {
            End($"cut off: {violation.Message}");
        }
        catch (EndOfStreamException)
        {
            End("its connection ended without a farewell");
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
        {
            End($"its connection broke: {failure.Message}");
        }
        finally
        {
            _readEnded.TrySetResult();
        }
    }

    private async ValueTask<bool> ReadFrameAsync()
    {
        while (_end - _start < FrameHeader.Size) await FillAsync().ConfigureAwait(false);
        FrameHeader header = FrameHeader.Read(_buffer.AsSpan(_start, FrameHeader.Size), Peer, _expected++, _options.MaxMessageBytes);
        _start += FrameHeader.Size;
        if (header.Kind != FrameKind.Message) return header.Kind != FrameKind.Farewell;

        Message message = Message.Rent(Peer, header.Tag, header.Length);
        try
        {
            await ReadPayloadAsync(message.Payload).ConfigureAwait(false);
            if (FrameChecksum.Of(message.Payload.Span) != header.PayloadChecksum)
                throw new WireViolationException($"bad checksum of a payload of {header.Length} bytes");
        }
        catch
        {
            message.Dispose();
            throw;
        }
        ValueTask delivery = _mailbox.DeliverAsync(message, _closing.Token);
        if (delivery.IsCompleted) await delivery.ConfigureAwait(false);
        else
        {
            _isDelivering = true;
            await delivery.ConfigureAwait(false);
            Forgive();
            _isDelivering = false;
        }
        return true;
    }

    // What the buffer has already, then straight from the socket into the message.
    private async ValueTask ReadPayloadAsync(Memory<byte> payload)
    {
        int buffered = Math.Min(_end - _start, payload.Length);
        _buffer.AsMemory(_start, buffered).CopyTo(payload);
        _start += buffered;
        payload = payload[buffered..];
        while (!payload.IsEmpty)
        {
            int read = await _stream.ReadAsync(payload, _closing.Token).ConfigureAwait(false);
            NoteArrival(read);
            payload = payload[read..];
        }
    }

    private async ValueTask FillAsync()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int read = await _stream.ReadAsync(_buffer.AsMemory(_end), _closing.Token).ConfigureAwait(false);
        NoteArrival(read);
        _end += read;
    }

    private void NoteArrival(int read)
    {
        if (read == 0) throw new EndOfStreamException();
        long now = _time.GetTimestamp();
        _arrivals.Record(_time.GetElapsedTime(Volatile.Read(ref _lastHeard), now));
        Volatile.Write(ref _lastHeard, now);
        Volatile.Write(ref _deadlineTicks, _arrivals.Deadline.Ticks);
    }
}
