using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rubato.Tests.Data;

/// <summary>A small HTTP server on the loopback that serves one content, and misbehaves as each request's turn in a script says.</summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _content;
    private readonly Fault[] _script;
    private readonly List<string?> _ranges = [];
    private readonly Task _loop;

    /// <summary>Starts serving; the last fault of the script stays in force.</summary>
    public FaultyServer(byte[] content, params Fault[] script)
    {
        (_content, _script) = (content, script);
        _listener.Start();
        _loop = AcceptAsync();
    }

    /// <summary>What a server does wrong, or right.</summary>
    internal enum Fault
    {
        None,
        IgnoresRanges,
        CutsHalfway,
        StallsHalfway,
        StallsAtOnce,
        Corrupts,
        NotFound,
        Unavailable,
        SendsMore,
        SendsMoreUnannounced,
        AnotherLength,
        WrongRange,
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/file.gz");

    /// <summary>The Range headers of the requests so far, null where there was none.</summary>
    public IReadOnlyList<string?> Ranges
    {
        get
        {
            lock (_ranges) return [.. _ranges];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await AnswerAsync(client.GetStream());
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The client went away, as some tests want it to; the next connection is served all the same.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string? range = null;
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            if (line.StartsWith("Range:", StringComparison.OrdinalIgnoreCase)) range = line[6..].Trim();
        int turn;
        lock (_ranges)
        {
            turn = _ranges.Count;
            _ranges.Add(range);
        }
        await AnswerAsync(stream, _script[Math.Min(turn, _script.Length - 1)], range);
    }

    private async Task AnswerAsync(NetworkStream stream, Fault fault, string? range)
    {
        int from = range is null || fault == Fault.IgnoresRanges ? 0 : int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        byte[] body = _content[from..];
        if (fault == Fault.Corrupts) body[body.Length / 2] ^= 1;
        if (fault is Fault.SendsMore or Fault.SendsMoreUnannounced) body = [.. body, 1, 2, 3];
        if (fault == Fault.AnotherLength) body = body[..^1];
        int total = from + body.Length, shown = fault == Fault.WrongRange ? from + 1 : from;
        string head = fault switch
        {
            Fault.NotFound => "404 Not Found\r\nContent-Length: 0",
            Fault.Unavailable => "503 Service Unavailable\r\nContent-Length: 0",
            Fault.SendsMoreUnannounced => "200 OK",
            _ when from > 0 => $"206 Partial Content\r\nContent-Range: bytes {shown}-{total - 1}/{total}\r\nContent-Length: {body.Length}",
            _ => $"200 OK\r\nContent-Length: {body.Length}",
        };
        if (fault == Fault.StallsAtOnce) await Task.Delay(Timeout.Infinite, _stop.Token);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"), _stop.Token);
        if (fault is Fault.NotFound or Fault.Unavailable) return;
        bool half = fault is Fault.CutsHalfway or Fault.StallsHalfway;
        await stream.WriteAsync(half ? body.AsMemory(0, body.Length / 2) : body, _stop.Token);
        await stream.FlushAsync(_stop.Token);
        if (fault == Fault.StallsHalfway) await Task.Delay(Timeout.Infinite, _stop.Token);
    }
}
