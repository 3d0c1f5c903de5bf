using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Rubato.Benchmarks;

/// <summary>What the bare socket gives: two processes stream bytes over the loopback, one way or both ways at once, and do nothing else.</summary>
internal sealed class LoopbackStream : IDisposable
{
    private const int BlockBytes = 256 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _sent, _received;

    private LoopbackStream(Socket socket, int mostBytes)
    {
        _socket = socket;
        (_sent, _received) = (new byte[mostBytes], new byte[mostBytes]);
        _socket.NoDelay = true;
    }

    /// <summary>Listens at a port of its own, tells it, and waits for the other process; at most so many bytes go in one exchange.</summary>
    public static async Task<LoopbackStream> AcceptAsync(int mostBytes, Func<int, Task> tellPort)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        await tellPort(((IPEndPoint)listener.LocalEndPoint!).Port);
        return new LoopbackStream(await listener.AcceptAsync(), mostBytes);
    }

    /// <summary>Connects to the other process.</summary>
    public static async Task<LoopbackStream> ConnectAsync(int mostBytes, int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, port));
        return new LoopbackStream(socket, mostBytes);
    }

    /// <summary>Sends so many bytes from memory and receives so many into memory, on a thread each; both sides begin together. Returns the seconds until both are done.</summary>
    public double Exchange(int sendBytes, int receiveBytes)
    {
        // Meet first, so that neither is charged for the other's delay.
        byte[] signal = new byte[1];
        _socket.Send(signal);
        _socket.Receive(signal);

        long start = Stopwatch.GetTimestamp();
        var sender = new Thread(() =>
        {
            for (int done = 0; done < sendBytes;) done += _socket.Send(_sent.AsSpan(done, Math.Min(sendBytes - done, BlockBytes)));
        });
        sender.Start();
        for (int done = 0; done < receiveBytes;) done += _socket.Receive(_received.AsSpan(done, Math.Min(receiveBytes - done, BlockBytes)));
        sender.Join();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose() => _socket.Dispose();
}
