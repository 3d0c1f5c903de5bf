using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Rubato.Configuration;

namespace Rubato.Transports.Tcp;

/// <summary>A listening socket that lets in only those who prove the job's token in time; the rest is cut off with a reason.</summary>
internal sealed class TcpAcceptor : IAsyncDisposable
{
    private const int MaxUnproven = 256;

    private readonly Socket _socket;
    private readonly TcpTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private Task _loop = Task.CompletedTask;
    private int _unproven;

    private TcpAcceptor(Socket socket, TcpTransportOptions options, TimeProvider time) => (_socket, _options, _time) = (socket, options, time);

    /// <summary>The address and port listened at.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Called with a reason and the stranger's address for everybody who was not let in.</summary>
    public Action<string>? Refused { get; set; }

    /// <summary>Opens the port.</summary>
    /// <exception cref="InvalidRequestException">The port is in use or may not be opened, or the address is not this machine's.</exception>
    public static TcpAcceptor Listen(IPEndPoint endPoint, TcpTransportOptions options, TimeProvider time)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen(1024);
            return new TcpAcceptor(socket, options, time);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new InvalidRequestException(failure.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    $"Port {endPoint.Port} at {endPoint.Address} is in use by another process. Set MASTER_PORT to a free port, or to 0 to let the system choose one.",
                SocketError.AccessDenied =>
                    $"Port {endPoint.Port} may not be opened by this user. Set MASTER_PORT to a port above 1023, or to 0 to let the system choose one.",
                SocketError.AddressNotAvailable =>
                    $"The address {endPoint.Address} is not one of this machine's. Set MASTER_ADDR to an address of the machine that runs the launcher.",
                _ => $"Port {endPoint.Port} at {endPoint.Address} cannot be opened: {failure.Message}. Set MASTER_ADDR and MASTER_PORT to one that can.",
            }, failure);
        }
    }

    /// <summary>Begins to accept.</summary>
    /// <param name="judge">Null to accept a proven dialler, or the reason to refuse it.</param>
    /// <param name="admitted">Takes over the stream of an accepted one; what it throws cuts that connection off.</param>
    public void Start(Func<Handshake.Hello, string?> judge, Func<Handshake.Hello, Stream, Task> admitted) =>
        _loop = Task.Run(() => AcceptLoopAsync(judge, admitted));

    /// <summary>Closes the port; waits for the accepting loop, not for connections that were admitted.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _loop.ConfigureAwait(false);
    }

    private async Task AcceptLoopAsync(Func<Handshake.Hello, string?> judge, Func<Handshake.Hello, Stream, Task> admitted)
    {
        while (true)
        {
            Socket stranger;
            try
            {
                stranger = await _socket.AcceptAsync(_closing.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure) when (!_closing.IsCancellationRequested)
            {
                // A dialler that gave up in the queue, or a momentary want of descriptors: the next one may do better.
                Refused?.Invoke($"a connection could not be accepted: {failure.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(10), _time).ConfigureAwait(false);
                continue;
            }
            catch (SocketException)
            {
                return;
            }
            _ = ReceiveAsync(stranger, judge, admitted);
        }
    }

    private async Task ReceiveAsync(Socket stranger, Func<Handshake.Hello, string?> judge, Func<Handshake.Hello, Stream, Task> admitted)
    {
        string address = stranger.RemoteEndPoint?.ToString() ?? "an unknown address";
        Stream? stream = null;
        bool counted = false;
        try
        {
            counted = Interlocked.Increment(ref _unproven) > 0;
            if (Volatile.Read(ref _unproven) > MaxUnproven) throw new WireViolationException($"more than {MaxUnproven} connections are unproven");
            using var patience = new CancellationTokenSource(_options.HandshakeTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _closing.Token);
            stream = await SecureChannel.AcceptAsync(stranger, _options.Token, either.Token).ConfigureAwait(false);
            Handshake.Hello hello = await Handshake.AcceptAsync(stream, _options.Token, judge, either.Token).ConfigureAwait(false);
            Interlocked.Decrement(ref _unproven);
            counted = false;
            await admitted(hello, stream).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsTheirs(failure))
        {
            if (stream is not null) await stream.DisposeAsync().ConfigureAwait(false);
            stranger.Dispose();
            if (!_closing.IsCancellationRequested) Refused?.Invoke($"{ReasonOf(failure)} (from {address})");
        }
        finally
        {
            if (counted) Interlocked.Decrement(ref _unproven);
        }
    }

    private static bool IsTheirs(Exception failure) => failure is WireViolationException or IOException or SocketException
        or OperationCanceledException or AuthenticationException or ObjectDisposedException;

    private string ReasonOf(Exception failure) => failure switch
    {
        WireViolationException => failure.Message,
        OperationCanceledException => $"the handshake was not complete after {_options.HandshakeTimeout.TotalSeconds:0.###} s",
        EndOfStreamException => "the connection ended in the middle of the handshake",
        AuthenticationException => $"TLS failed: {failure.Message}",
        _ => $"the connection broke in the handshake: {failure.Message}",
    };
}
