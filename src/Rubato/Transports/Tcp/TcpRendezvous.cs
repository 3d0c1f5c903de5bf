using System.Net;
using System.Net.Sockets;
using Rubato.Communication;
using Rubato.Configuration;

namespace Rubato.Transports.Tcp;

/// <summary>Where the endpoints of a job meet: each registers the address it listens at and gets everybody's, once all have come.</summary>
/// <remarks>
/// Opened by the launcher at <c>MASTER_ADDR:MASTER_PORT</c>. Needed only until the table is dealt out; afterwards endpoints talk to each other.
/// Only who proves the job's token may register. A rank that goes away before the table is dealt out may register again.
/// </remarks>
public sealed class TcpRendezvous : IAsyncDisposable
{
    private readonly TcpAcceptor _acceptor;
    private readonly TcpTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Registration?[] _registrations;
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TcpRendezvous(TcpAcceptor acceptor, int worldSize, TcpTransportOptions options, TimeProvider time)
    {
        (_acceptor, _options, _time) = (acceptor, options, time);
        _registrations = new Registration?[worldSize];
        _acceptor.Refused = reason => ConnectionRefused?.Invoke(reason);
        _acceptor.Start(Judge, RegisterAsync);
    }

    /// <summary>Raised on an arbitrary thread for every connection that was not let in, with the reason and its address.</summary>
    public event Action<string>? ConnectionRefused;

    /// <summary>The port: the one asked for, or the one the system chose.</summary>
    public int Port => _acceptor.EndPoint.Port;

    /// <summary>Opens the meeting place.</summary>
    /// <param name="address">A name or address of this machine that all ranks can reach (<c>MASTER_ADDR</c>).</param>
    /// <param name="port">The port (<c>MASTER_PORT</c>), 0 to let the system choose.</param>
    /// <param name="worldSize">The number of endpoints, the conductor included; at least 1.</param>
    /// <param name="options">The token and the deadlines.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidRequestException">The port is in use, or the address is not this machine's.</exception>
    public static TcpRendezvous Listen(string address, int port, int worldSize, TcpTransportOptions options, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(worldSize, 1);
        if (port is < 0 or > ushort.MaxValue)
            throw new InvalidRequestException($"The port is {port}, but ports go from 0 to {ushort.MaxValue}. Set MASTER_PORT to a free one, or to 0 to let the system choose.");
        IPAddress[] addresses;
        try
        {
            addresses = Dns.GetHostAddresses(address);
        }
        catch (SocketException failure)
        {
            throw new InvalidRequestException($"The address '{address}' cannot be resolved. Set MASTER_ADDR to a name or address of this machine.", failure);
        }
        IPAddress chosen = addresses.FirstOrDefault(candidate => candidate.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        return new TcpRendezvous(TcpAcceptor.Listen(new IPEndPoint(chosen, port), options, time), worldSize, options, time);
    }

    /// <summary>Waits until every endpoint has registered and been sent the table.</summary>
    /// <exception cref="RendezvousException">Some did not come within <see cref="TcpTransportOptions.StartupTimeout"/>; the message names them.</exception>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        try
        {
            await _complete.Task.WaitAsync(_options.StartupTimeout, _time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            string message = $"After {_options.StartupTimeout.TotalSeconds:0.###} s {Missing()}. Look at the log of the missing ones, or raise the start-up deadline if they only start slowly.";
            await DealAsync(Handshake.Refusal(message)).ConfigureAwait(false);
            throw new RendezvousException(message);
        }
    }

    /// <summary>Closes the port and the connections of those who wait.</summary>
    public async ValueTask DisposeAsync()
    {
        await _acceptor.DisposeAsync().ConfigureAwait(false);
        foreach (Registration? registration in _registrations)
            if (registration is not null) await registration.Stream.DisposeAsync().ConfigureAwait(false);
    }

    private string Missing()
    {
        lock (_gate)
        {
            int[] missing = [.. Enumerable.Range(0, _registrations.Length).Where(rank => _registrations[rank] is null)];
            string names = string.Join(", ", missing.Take(20)) + (missing.Length > 20 ? ", …" : "");
            return $"{missing.Length} of {_registrations.Length} endpoints have not come to the rendezvous: {(missing.Length == 1 ? "rank" : "ranks")} {names}";
        }
    }

    private string? Judge(Handshake.Hello hello)
    {
        if (hello.Purpose != HandshakePurpose.Rendezvous) return "this is the job's rendezvous, not an endpoint";
        if (hello.WorldSize != _registrations.Length) return $"the world has {_registrations.Length} endpoints here, but {hello.WorldSize} there; check WORLD_SIZE";
        if ((uint)hello.Rank >= (uint)_registrations.Length) return $"there is no rank {hello.Rank} in a world of {_registrations.Length}; check RANK";
        lock (_gate) return _registrations[hello.Rank] is null ? null : $"rank {hello.Rank} is registered already; check that every process has a RANK of its own";
    }

    private async Task RegisterAsync(Handshake.Hello hello, Stream stream)
    {
        using var patience = new CancellationTokenSource(_options.HandshakeTimeout, _time);
        DnsEndPoint address = await EndpointTable.ReadAsync(stream, patience.Token).ConfigureAwait(false);
        var registration = new Registration(address, stream);
        bool all;
        lock (_gate)
        {
            if (_registrations[hello.Rank] is not null) throw new WireViolationException($"rank {hello.Rank} registered twice at once");
            _registrations[hello.Rank] = registration;
            all = Array.TrueForAll(_registrations, one => one is not null);
        }
        if (!all)
        {
            _ = ForgetIfGoneAsync(hello.Rank, registration);
            return;
        }
        await DealAsync([0, .. _registrations.SelectMany(one => EndpointTable.Write(one!.Address))]).ConfigureAwait(false);
        _complete.TrySetResult();
    }

    // Nothing is to come from a registered rank, so a read ends only when it goes away.
    private async Task ForgetIfGoneAsync(int rank, Registration registration)
    {
        try
        {
            await registration.Stream.ReadAsync(new byte[1]).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            ConnectionRefused?.Invoke($"rank {rank} went away before the table was dealt out: {failure.Message}");
        }
        lock (_gate)
        {
            if (_complete.Task.IsCompleted || _registrations[rank] != registration || Array.TrueForAll(_registrations, one => one is not null)) return;
            _registrations[rank] = null;
        }
        await registration.Stream.DisposeAsync().ConfigureAwait(false);
    }

    private async Task DealAsync(byte[] answer)
    {
        Registration?[] waiting;
        lock (_gate) waiting = [.. _registrations];
        using var patience = new CancellationTokenSource(_options.HandshakeTimeout, _time);
        foreach (Registration? registration in waiting)
        {
            if (registration is null) continue;
            try
            {
                await registration.Stream.WriteAsync(answer, patience.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException)
            {
                // Its peers will miss it when they dial it, and name it; here the others must get their answer.
                ConnectionRefused?.Invoke($"the rank that listens at {registration.Address.Host}:{registration.Address.Port} did not take the answer: {failure.Message}");
            }
        }
    }

    private sealed record Registration(DnsEndPoint Address, Stream Stream);
}
