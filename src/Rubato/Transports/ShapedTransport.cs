using System.Buffers.Binary;
using System.Threading.Channels;
using Rubato.Communication;

namespace Rubato.Transports;

/// <summary>Slows another transport down to a link of given latency and bandwidth; control traffic passes as it is.</summary>
/// <remarks>
/// <para>The model: an endpoint sends its messages one after the other at its rate and receives one after the other at the same rate, so the
/// in-cast of many senders at one receiver shows. A message of b bits that meets no other takes b / rate + latency; sending completes
/// when its last bit has left. Messages to oneself take no link.</para>
/// <para>Times follow the model, not the timers: a wake-up that came late is made up for by the next message, and waits below half a
/// millisecond are not slept but carried over, so that errors of millisecond timers do not add up. A message says when it left, so that what
/// the inner transport takes is a part of the latency and not added to it; where its sender's clock is another machine's, it is added.</para>
/// <para>Every message travels under one tag of the inner transport with 16 bytes in front that hold its own and the time of its departure, so all endpoints must be
/// shaped alike. <see cref="Traffic"/> counts the payload alone. Disposes the inner transport. Works under every transport.</para>
/// </remarks>
public sealed class ShapedTransport : ITransport
{
    private const int EnvelopeBytes = 16, StampOffset = 12;
    private const int MessageEnvelope = 1, FarewellEnvelope = 2;

    // Contexts of groups are not negative, and -1 is the conductor's.
    private static readonly MessageTag LinkTag = new(int.MinValue, 0);

    private readonly ITransport _inner;
    private readonly ShapedLink _sending;
    private readonly ShapedLink _receiving;
    private readonly Mailbox _mailbox;
    private readonly Channel<Departure> _departures = Channel.CreateUnbounded<Departure>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<Arrival> _arrivals = Channel.CreateUnbounded<Arrival>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _departing, _arriving;
    private bool _disposed;

    /// <summary>Shapes a transport.</summary>
    /// <param name="inner">Carries the messages; owned from now on.</param>
    /// <param name="latency">The time from the last bit sent to the last bit received; zero or more.</param>
    /// <param name="bitsPerSecond">The rate of the endpoint's link in each direction; above zero, infinite for latency alone.</param>
    /// <param name="fineWait">Blocks its thread for up to 3 ms, to less than a millisecond; null for timers alone, which are of millisecond grain.</param>
    public ShapedTransport(ITransport inner, TimeSpan latency, double bitsPerSecond, Action<TimeSpan>? fineWait = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        if (latency < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(latency), latency, $"The latency is {latency}, but it cannot be below zero. Use 00:00:00.001 for one millisecond.");
        if (!(bitsPerSecond > 0))
            throw new ArgumentOutOfRangeException(nameof(bitsPerSecond), bitsPerSecond, $"The bandwidth is {bitsPerSecond} bit/s, but it must be above zero. Use 1e9 for 1 Gbit/s.");
        _inner = inner;
        var clock = new LinkClock(inner.Time, fineWait);
        _sending = new ShapedLink(clock, bitsPerSecond, TimeSpan.Zero);
        _receiving = new ShapedLink(clock, bitsPerSecond, latency);
        _mailbox = new Mailbox(inner.Time, long.MaxValue);
        inner.PeerLost += OnInnerLost;
        foreach (PeerLostException loss in inner.LostPeers.Values) _mailbox.SourceIsGone(loss.Rank, loss.Reason);
        _departing = Task.Run(DepartAsync);
        _arriving = Task.Run(() => Task.WhenAll(ListenAsync(), ArriveAsync()));
    }

    /// <inheritdoc/>
    public int Rank => _inner.Rank;

    /// <inheritdoc/>
    public int WorldSize => _inner.WorldSize;

    /// <inheritdoc/>
    public TimeProvider Time => _inner.Time;

    /// <inheritdoc/>
    public TrafficCounter Traffic { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, PeerLostException> LostPeers => _inner.LostPeers;

    /// <inheritdoc/>
    public event Action<PeerLostException>? PeerLost;

    /// <inheritdoc/>
    public ValueTask SendAsync(int destination, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        if (tag.Context == Communicator.ControlContext)
        {
            Traffic.Count(tag, payload.Length);
            return _inner.SendAsync(destination, tag, payload, cancellation);
        }
        if ((uint)destination >= (uint)WorldSize)
            throw new ArgumentOutOfRangeException(nameof(destination), destination, $"Endpoint {destination} does not exist: this world has the endpoints 0 to {WorldSize - 1}.");
        if (_inner.LostPeers.TryGetValue(destination, out PeerLostException? loss))
            throw new PeerLostException(destination, "send", TimeSpan.Zero, loss.Reason, loss);
        cancellation.ThrowIfCancellationRequested();

        Traffic.Count(tag, payload.Length);
        Message copy = Wrap(MessageEnvelope, tag, payload.Span);
        if (destination == Rank) return _mailbox.DeliverAsync(Unwrap(copy, Rank), cancellation);

        // The place on the link is taken now; the copy leaves the caller's buffer free even if the wait is cancelled.
        var departure = new Departure(destination, copy, _sending.Reserve(payload.Length));
        _departures.Writer.TryWrite(departure);
        return new ValueTask(departure.Task.WaitAsync(cancellation));
    }

    /// <inheritdoc/>
    public ValueTask<Message> ReceiveAsync(int source, MessageTag tag, CancellationToken cancellation)
    {
        if (tag.Context == Communicator.ControlContext) return _inner.ReceiveAsync(source, tag, cancellation);
        if (source != Endpoints.Any && (uint)source >= (uint)WorldSize)
            throw new ArgumentOutOfRangeException(nameof(source), source, $"Endpoint {source} does not exist: this world has the endpoints 0 to {WorldSize - 1}.");
        return _mailbox.ReceiveAsync(source, tag, cancellation);
    }

    /// <summary>Sends what has its place on the link, says farewell and disposes the inner transport.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        for (int peer = 0; peer < WorldSize; peer++)
            if (peer != Rank) _departures.Writer.TryWrite(new Departure(peer, Wrap(FarewellEnvelope, default, default), _sending.Reserve(0)));
        _departures.Writer.Complete();
        await _departing.ConfigureAwait(false);
        await _closing.CancelAsync().ConfigureAwait(false);
        await _arriving.ConfigureAwait(false);
        _inner.PeerLost -= OnInnerLost;
        await _inner.DisposeAsync().ConfigureAwait(false);
        _mailbox.Dispose();
    }

    private async Task DepartAsync()
    {
        await foreach (Departure departure in _departures.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            using Message message = departure.Message;
            try
            {
                await _sending.WaitUntilAsync(departure.Due).ConfigureAwait(false);
                BinaryPrimitives.WriteUInt32LittleEndian(message.Payload.Span[StampOffset..], _sending.StampOf(departure.Due));
                await _inner.SendAsync(departure.Destination, LinkTag, message.Payload, _closing.Token).ConfigureAwait(false);
                departure.TrySetResult();
            }
            catch (Exception failure) when (failure is CommunicationException or OperationCanceledException or ObjectDisposedException)
            {
                departure.TrySetException(failure);
            }
        }
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                Message message = await _inner.ReceiveAsync(Endpoints.Any, LinkTag, _closing.Token).ConfigureAwait(false);
                uint departed = BinaryPrimitives.ReadUInt32LittleEndian(message.Payload.Span[StampOffset..]);
                _arrivals.Writer.TryWrite(new Arrival(message, _receiving.Admit(message.Payload.Length - EnvelopeBytes, departed)));
            }
        }
        catch (Exception failure) when (failure is CommunicationException or OperationCanceledException or ObjectDisposedException)
        {
            _arrivals.Writer.Complete();
        }
    }

    private async Task ArriveAsync()
    {
        await foreach (Arrival arrival in _arrivals.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (!_closing.IsCancellationRequested) await _receiving.WaitUntilAsync(arrival.Due).ConfigureAwait(false);
            int kind = BinaryPrimitives.ReadInt32LittleEndian(arrival.Message.Payload.Span);
            if (kind == MessageEnvelope) await _mailbox.DeliverAsync(Unwrap(arrival.Message, arrival.Message.Source), CancellationToken.None).ConfigureAwait(false);
            else _mailbox.SourceIsGone(arrival.Message.Source, "it closed its transport and left");
        }
    }

    private void OnInnerLost(PeerLostException loss)
    {
        _mailbox.SourceIsGone(loss.Rank, loss.Reason);
        PeerLost?.Invoke(loss);
    }

    private Message Wrap(int kind, MessageTag tag, ReadOnlySpan<byte> payload)
    {
        Message message = Message.Rent(Rank, LinkTag, EnvelopeBytes + payload.Length);
        Span<byte> bytes = message.Payload.Span;
        BinaryPrimitives.WriteInt32LittleEndian(bytes, kind);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], tag.Context);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], tag.Value);
        payload.CopyTo(bytes[EnvelopeBytes..]);
        return message;
    }

    private static Message Unwrap(Message wrapped, int source)
    {
        using (wrapped)
        {
            ReadOnlySpan<byte> bytes = wrapped.Payload.Span;
            var tag = new MessageTag(BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]));
            Message message = Message.Rent(source, tag, bytes.Length - EnvelopeBytes);
            bytes[EnvelopeBytes..].CopyTo(message.Payload.Span);
            return message;
        }
    }

    private sealed class Departure(int destination, Message message, long due)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Destination => destination;

        public Message Message => message;

        public long Due => due;
    }

    private readonly record struct Arrival(Message Message, long Due);
}
