using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Rubato.Benchmarks;

/// <summary>What the bare socket gives: two processes stream bytes over the loopback, one way or both ways at once, and do nothing else.</summary>
internal sealed class LoopbackStream : IDisposable
{
    private const int BlockBytes = 256 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _sendBlock = new byte[BlockBytes], _receiveBlock = new byte[BlockBytes];

    private LoopbackStream(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
    }

    /// <summary>Listens at a port of its own, tells it, and waits for the other process.</summary>
    public static async Task<LoopbackStream> AcceptAsync(Func<int, Task> tellPort)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        await tellPort(((IPEndPoint)listener.LocalEndPoint!).Port);
        return new LoopbackStream(await listener.AcceptAsync());
    }

    /// <summary>Connects to the other process.</summary>
    public static async Task<LoopbackStream> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, port));
        return new LoopbackStream(socket);
    }

    /// <summary>Sends so many bytes and receives as many, on a thread each; both sides begin together. Returns the seconds until both are done.</summary>
    public double Exchange(int sendBytes, int receiveBytes)
    {
        // Meet first, so that neither is charged for the other's delay.
        byte[] signal = new byte[1];
        _socket.Send(signal);
        _socket.Receive(signal);

        long start = Stopwatch.GetTimestamp();
        var sender = new Thread(() =>
        {
            for (int left = sendBytes; left > 0;) left -= _socket.Send(_sendBlock.AsSpan(0, Math.Min(left, BlockBytes)));
        });
        sender.Start();
        for (int left = receiveBytes; left > 0;) left -= _socket.Receive(_receiveBlock.AsSpan(0, Math.Min(left, BlockBytes)));
        sender.Join();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose() => _socket.Dispose();
}
