using System.Net;
using System.Net.Sockets;
using Rubato.Communication;

namespace Rubato.Transports.Tcp;

/// <summary>An endpoint that is connected to every other one by TCP.</summary>
/// <remarks>
/// <para>All connections are made when the endpoint joins (the higher rank dials the lower), so that every loss is noticed by everybody.
/// A connection that ends without a farewell is lost at once; one that stays silent, at a deadline learnt from what it sent before
/// (<see cref="ArrivalHistory"/>), but not before <see cref="TcpTransportOptions.SilenceLimit"/>.</para>
/// <para>Sockets are served by pool threads; sends and receives complete on the caller's own context. Disposal says farewell to every peer and waits up to
/// <see cref="TcpTransportOptions.FarewellTimeout"/> until they have read it.</para>
/// </remarks>
public sealed class TcpTransport : ITransport
{
    private readonly TcpAcceptor _acceptor;
    private readonly TcpTransportOptions _options;
    private readonly Mailbox _mailbox;
    private readonly PeerLosses _losses = new();
    private readonly Lock _gate = new();
    private readonly TcpConnection?[] _connections;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _watch = Task.CompletedTask;
    private bool _disposed;

    private TcpTransport(int rank, int worldSize, TcpAcceptor acceptor, TcpTransportOptions options, TimeProvider time)
    {
        (Rank, WorldSize, _acceptor, _options, Time) = (rank, worldSize, acceptor, options, time);
        _mailbox = new Mailbox(time, options.ReceiveWindowBytes);
        _connections = new TcpConnection?[worldSize];
        _acceptor.Refused = reason => ConnectionRefused?.Invoke(reason);
        _acceptor.Start(Judge, (hello, stream) =>
        {
            Adopt(hello.Rank, stream);
            return Task.CompletedTask;
        });
        if (worldSize == 1) _connected.SetResult();
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int WorldSize { get; }

    /// <inheritdoc/>
    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public TrafficCounter Traffic { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, PeerLostException> LostPeers => _losses.Snapshot;

    /// <inheritdoc/>
    public event Action<PeerLostException>? PeerLost;

    /// <summary>Raised on an arbitrary thread for every connection that was not let in, with the reason and its address.</summary>
    public event Action<string>? ConnectionRefused;

    /// <summary>The port that this endpoint listens at.</summary>
    internal int Port => _acceptor.EndPoint.Port;

    /// <summary>Registers with the rendezvous, waits for everybody and connects to all of them.</summary>
    /// <param name="rank">This endpoint.</param>
    /// <param name="worldSize">The number of endpoints, the conductor included.</param>
    /// <param name="masterAddress">Where the rendezvous listens.</param>
    /// <param name="masterPort">Its port.</param>
    /// <param name="options">The token and the deadlines, as on all ranks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="RendezvousException">Not everybody came or could be reached in time, or this endpoint was refused.</exception>
    public static async Task<TcpTransport> JoinAsync(
        int rank, int worldSize, string masterAddress, int masterPort, TcpTransportOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if ((uint)rank >= (uint)worldSize)
            throw new ArgumentOutOfRangeException(nameof(rank), rank, $"The rank is {rank}, but a world of {worldSize} has the ranks 0 to {worldSize - 1}.");
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Payloads are little-endian floats; this machine is big-endian.");

        long started = time.GetTimestamp();
        (Socket socket, Stream stream) = await TcpDialler.DialAsync(
            new DnsEndPoint(masterAddress, masterPort), new Handshake.Hello(HandshakePurpose.Rendezvous, rank, -1, worldSize), options, time, cancellation).ConfigureAwait(false);
        await using (stream)
        {
            // The address by which this machine reaches the rendezvous is the one by which others reach this machine.
            IPAddress own = ((IPEndPoint)socket.LocalEndPoint!).Address;
            if (own.IsIPv4MappedToIPv6) own = own.MapToIPv4();
            var transport = new TcpTransport(rank, worldSize, TcpAcceptor.Listen(new IPEndPoint(own, 0), options, time), options, time);
            try
            {
                DnsEndPoint[] table = await transport.RegisterAsync(stream, own, cancellation).ConfigureAwait(false);
                await transport.ConnectAsync(table, started, cancellation).ConfigureAwait(false);
                transport._watch = Task.Run(transport.WatchAsync, CancellationToken.None);
                return transport;
            }
            catch
            {
                await transport.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(int destination, MessageTag tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        CheckEndpoint(destination, nameof(destination));
        cancellation.ThrowIfCancellationRequested();
        if (payload.Length > _options.MaxMessageBytes)
            throw new ArgumentException($"The message has {payload.Length} bytes, but the most is {_options.MaxMessageBytes}. Send it in parts, or raise MaxMessageBytes on every rank.", nameof(payload));
        if (destination == Rank)
        {
            Message message = Message.Rent(Rank, tag, payload.Length);
            payload.CopyTo(message.Payload);
            Traffic.Count(tag, payload.Length);
            return _mailbox.DeliverAsync(message, cancellation);
        }
        _losses.ThrowIfLost(destination, "send");
        ValueTask send = _connections[destination]!.SendAsync(tag, payload, cancellation);
        Traffic.Count(tag, payload.Length);
        return send;
    }

    /// <inheritdoc/>
    public ValueTask<Message> ReceiveAsync(int source, MessageTag tag, CancellationToken cancellation)
    {
        if (source != Endpoints.Any) CheckEndpoint(source, nameof(source));
        return _mailbox.ReceiveAsync(source, tag, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _acceptor.DisposeAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
        await Task.WhenAll(_connections.OfType<TcpConnection>().Select(connection => connection.DisposeAsync().AsTask())).ConfigureAwait(false);
        _mailbox.Dispose();
    }

    /// <summary>Breaks everything off without a farewell, as a killed process would.</summary>
    internal void Abort()
    {
        foreach (TcpConnection connection in _connections.OfType<TcpConnection>()) connection.Close("aborted");
    }

    private async Task<DnsEndPoint[]> RegisterAsync(Stream stream, IPAddress own, CancellationToken cancellation)
    {
        // Longer than the rendezvous waits itself: it knows better who is missing.
        using var patience = new CancellationTokenSource(_options.StartupTimeout + _options.HandshakeTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await stream.WriteAsync(EndpointTable.Write(new DnsEndPoint(own.ToString(), Port)), either.Token).ConfigureAwait(false);
            byte[] status = new byte[1];
            await stream.ReadExactlyAsync(status, either.Token).ConfigureAwait(false);
            if (status[0] != 0) throw new RendezvousException(await Handshake.ReadReasonAsync(stream, either.Token).ConfigureAwait(false));
            var table = new DnsEndPoint[WorldSize];
            for (int rank = 0; rank < WorldSize; rank++) table[rank] = await EndpointTable.ReadAsync(stream, either.Token).ConfigureAwait(false);
            return table;
        }
        catch (Exception failure) when (failure is IOException or WireViolationException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new RendezvousException($"Rank {Rank} registered, but the rendezvous ended before everybody had come ({failure.Message}). Look at the launcher's log.", failure);
        }
    }

    private async Task ConnectAsync(DnsEndPoint[] table, long started, CancellationToken cancellation)
    {
        TimeSpan left = _options.StartupTimeout - Time.GetElapsedTime(started);
        using var patience = new CancellationTokenSource(left > _options.HandshakeTimeout ? left : _options.HandshakeTimeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Rank).Select(async peer =>
            {
                (_, Stream stream) = await TcpDialler.DialAsync(
                    table[peer], new Handshake.Hello(HandshakePurpose.Peer, Rank, peer, WorldSize), _options, Time, either.Token).ConfigureAwait(false);
                Adopt(peer, stream);
            })).ConfigureAwait(false);
            await _connected.Task.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException failure) when (!cancellation.IsCancellationRequested)
        {
            IEnumerable<int> missing = Enumerable.Range(0, WorldSize).Where(peer => peer != Rank && _connections[peer] is null);
            throw new RendezvousException(
                $"Rank {Rank} had no connection with {string.Join(", ", missing.Select(peer => $"rank {peer}"))} after {Time.GetElapsedTime(started).TotalSeconds:0.###} s. "
                + "Look at their logs, and check that firewalls let ranks reach each other.", failure);
        }
    }

    private string? Judge(Handshake.Hello hello)
    {
        if (hello.Purpose != HandshakePurpose.Peer) return "this is an endpoint, not the rendezvous";
        if (hello.WorldSize != WorldSize) return $"the world has {WorldSize} endpoints here, but {hello.WorldSize} there";
        if (hello.Target != Rank) return $"this is rank {Rank}, not rank {hello.Target}";
        if (hello.Rank <= Rank || hello.Rank >= WorldSize) return $"rank {hello.Rank} does not dial rank {Rank}: the higher rank dials the lower";
        lock (_gate) return _connections[hello.Rank] is null ? null : $"rank {hello.Rank} is connected already";
    }

    private void Adopt(int peer, Stream stream)
    {
        var connection = new TcpConnection(stream, Rank, peer, _options, Time, _mailbox, OnEnded);
        lock (_gate)
        {
            if (_connections[peer] is not null) throw new WireViolationException($"rank {peer} connected twice at once");
            _connections[peer] = connection;
            connection.Start();
            if (_connections.Count(one => one is not null) == WorldSize - 1) _connected.TrySetResult();
        }
    }

    private void OnEnded(TcpConnection connection, string? lossReason)
    {
        if (lossReason is null)
        {
            _mailbox.SourceIsGone(connection.Peer, "it closed its transport and left");
            return;
        }
        var loss = new PeerLostException(connection.Peer, "connection", TimeSpan.Zero, lossReason);
        if (!_losses.Add(loss)) return;
        _mailbox.SourceIsGone(connection.Peer, lossReason);
        PeerLost?.Invoke(loss);
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(_options.HeartbeatInterval / 2, Time);
        long last = Time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_closing.Token).ConfigureAwait(false))
            {
                // Whoever was stopped himself must not judge others by the time that he slept through.
                bool slept = Time.GetElapsedTime(last) > 3 * _options.HeartbeatInterval;
                last = Time.GetTimestamp();
                foreach (TcpConnection connection in _connections.OfType<TcpConnection>())
                {
                    if (slept) connection.Forgive();
                    connection.Tick();
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return;
        }
    }

    private void CheckEndpoint(int endpoint, string name)
    {
        if ((uint)endpoint >= (uint)WorldSize)
            throw new ArgumentOutOfRangeException(name, endpoint, $"Endpoint {endpoint} does not exist: this world has the endpoints 0 to {WorldSize - 1}.");
    }
}
