using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Rubato.Communication;

namespace Rubato.Transports.Tcp;

/// <summary>Opens authenticated connections to known addresses.</summary>
internal static class TcpDialler
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Connects and proves the token; tries again while nobody listens there yet.</summary>
    /// <exception cref="RendezvousException">Nobody answered in time, or whoever did refused.</exception>
    public static async Task<(Socket Socket, Stream Stream)> DialAsync(
        DnsEndPoint address, Handshake.Hello hello, TcpTransportOptions options, TimeProvider time, CancellationToken cancellation)
    {
        long started = time.GetTimestamp();
        string whom = hello.Target < 0 ? $"the rendezvous at {address.Host}:{address.Port}" : $"rank {hello.Target} at {address.Host}:{address.Port}";
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            Stream? stream = null;
            try
            {
                await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
                using var patience = new CancellationTokenSource(options.HandshakeTimeout, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
                stream = await SecureChannel.DialAsync(socket, options.Token, either.Token).ConfigureAwait(false);
                await Handshake.DialAsync(stream, options.Token, hello, either.Token).ConfigureAwait(false);
                return (socket, stream);
            }
            catch (SocketException failure) when (time.GetElapsedTime(started) < options.StartupTimeout)
            {
                socket.Dispose();
                if (failure.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
                    throw new RendezvousException($"Rank {hello.Rank} cannot resolve '{address.Host}', where {whom} should be. Set MASTER_ADDR to a name or address that every rank can resolve.", failure);
                await Task.Delay(RetryPause, time, cancellation).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is SocketException or IOException or WireViolationException or AuthenticationException
                || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                if (stream is not null) await stream.DisposeAsync().ConfigureAwait(false);
                socket.Dispose();
                throw new RendezvousException(
                    $"Rank {hello.Rank} could not join by {whom} after {time.GetElapsedTime(started).TotalSeconds:0.###} s: {Why(failure, options)}. "
                    + "Start all ranks with the same job token, and make sure that nothing but Rubato listens at that address.", failure);
            }
        }
    }

    private static string Why(Exception failure, TcpTransportOptions options) => failure switch
    {
        OperationCanceledException => $"no answer within {options.HandshakeTimeout.TotalSeconds:0.###} s",
        EndOfStreamException => "the connection was closed in the middle of the handshake",
        _ => failure.Message,
    };
}
