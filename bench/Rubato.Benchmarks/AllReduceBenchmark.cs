using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Rubato.Communication;
using Rubato.Transports.Tcp;

namespace Rubato.Benchmarks;

/// <summary>TCP all-reduce of 16 MiB between two processes of this machine, as a fraction of what their socket can do.</summary>
/// <remarks>
/// With two ranks, the least that an all-reduce can move is 16 MiB in each direction at once (ring's bound, 2 (P − 1)/P of the vector).
/// Its time is measured on a bare loopback socket between the same two processes in the same run: 16 MiB each way, no arithmetic.
/// The process starts itself a second time as rank 1.
/// </remarks>
internal static class AllReduceBenchmark
{
    private const int Floats = 4 << 20, Bytes = Floats * sizeof(float);
    private const int WarmUps = 10, Rounds = 40;
    private const string TokenVariable = "RUBATO_BENCHMARK_TOKEN";

    public static Task<int> RunAsync(string[] arguments) => arguments is ["peer", string port] ? PeerAsync(int.Parse(port, CultureInfo.InvariantCulture)) : LeadAsync();

    private static async Task<int> LeadAsync()
    {
        using JobToken token = JobToken.Create(tls: false, TimeProvider.System);
        var options = new TcpTransportOptions { Token = token };
        await using TcpRendezvous rendezvous = TcpRendezvous.Listen("127.0.0.1", 0, 2, options, TimeProvider.System);
        using Process peer = StartPeer(rendezvous.Port, token);
        await using TcpTransport transport = await TcpTransport.JoinAsync(0, 2, "127.0.0.1", rendezvous.Port, options, TimeProvider.System, CancellationToken.None);
        await MeasureAsync(transport);
        await peer.WaitForExitAsync();
        return peer.ExitCode;
    }

    private static async Task<int> PeerAsync(int port)
    {
        using JobToken token = JobToken.Parse(Environment.GetEnvironmentVariable(TokenVariable)!);
        var options = new TcpTransportOptions { Token = token };
        await using TcpTransport transport = await TcpTransport.JoinAsync(1, 2, "127.0.0.1", port, options, TimeProvider.System, CancellationToken.None);
        await MeasureAsync(transport);
        return 0;
    }

    private static Process StartPeer(int port, JobToken token)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program);
        // Under "dotnet run" the process is the program itself; under "dotnet X.dll" it is the host, which needs the file.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        foreach (string argument in (string[])["all-reduce", "peer", port.ToString(CultureInfo.InvariantCulture)]) start.ArgumentList.Add(argument);
        start.Environment[TokenVariable] = token.Export();
        return Process.Start(start)!;
    }

    private static async Task MeasureAsync(TcpTransport transport)
    {
        bool leads = transport.Rank == 0;
        var direct = new Communicator(transport, [0, 1], new CommunicatorOptions());
        var ring = new Communicator(transport, [0, 1], new CommunicatorOptions { Deterministic = false });
        using LoopbackStream bare = await OpenBareAsync(direct);
        float[] vector = new float[Floats];
        Array.Fill(vector, direct.Rank + 1f);

        (string What, Func<Task> Work)[] rows =
        [
            ("bare socket, one way", () => Done(leads ? bare.Exchange(Bytes, 0) : bare.Exchange(0, Bytes))),
            ("bare socket, both ways at once", () => Done(bare.Exchange(Bytes, Bytes))),
            ("all-reduce in rank order (direct)", async () => await direct.AllReduceAsync(vector, ReduceOperation.Mean, CancellationToken.None)),
            ("all-reduce in free order (ring)", async () => await ring.AllReduceAsync(vector, ReduceOperation.Mean, CancellationToken.None)),
        ];
        double[][] seconds = [.. rows.Select(_ => new double[Rounds])];
        TimeSpan[] processor = new TimeSpan[rows.Length];
        for (int round = -WarmUps; round < Rounds; round++)
        {
            // In turn, so that a busy machine disturbs all rows alike.
            for (int row = 0; row < rows.Length; row++)
            {
                await direct.BarrierAsync(CancellationToken.None);
                TimeSpan before = Environment.CpuUsage.TotalTime;
                long start = Stopwatch.GetTimestamp();
                await rows[row].Work();
                if (round < 0) continue;
                seconds[row][round] = Stopwatch.GetElapsedTime(start).TotalSeconds;
                processor[row] += Environment.CpuUsage.TotalTime - before;
            }
        }
        await direct.BarrierAsync(CancellationToken.None);
        if (vector[0] != 1.5f || vector[^1] != 1.5f) throw new InvalidOperationException($"The mean of 1 and 2 came out as {vector[0]} and {vector[^1]}.");
        if (leads) Print(rows, seconds, processor);
    }

    private static Task<double> Done(double seconds) => Task.FromResult(seconds);

    private static void Print((string What, Func<Task> Work)[] rows, double[][] seconds, TimeSpan[] processor)
    {
        Console.WriteLine($"16 MiB between two processes over the loopback, {Environment.ProcessorCount} cores, {Rounds} rounds in turn");
        Console.WriteLine($"{"",-36} {"median",10} {"best",10} {"rate",11} {"CPU time",11}   of the ring's bound (median, best)");
        double[][] sorted = [.. seconds.Select(row => row.Order().ToArray())];
        double median = sorted[1][Rounds / 2], best = sorted[1][0];
        for (int row = 0; row < rows.Length; row++)
        {
            double itsMedian = sorted[row][Rounds / 2], itsBest = sorted[row][0];
            string fractions = row < 2 ? "" : string.Create(CultureInfo.InvariantCulture, $"   {median / itsMedian:0.00}  {best / itsBest:0.00}");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{rows[row].What,-36} {itsMedian * 1e3,7:0.00} ms {itsBest * 1e3,7:0.00} ms {Bytes / itsMedian / 1e9,6:0.00} GB/s {processor[row].TotalMilliseconds / Rounds,8:0.00} ms{fractions}"));
        }
    }

    private static async Task<LoopbackStream> OpenBareAsync(Communicator ranks)
    {
        if (ranks.Rank == 0)
            return await LoopbackStream.AcceptAsync(Bytes, async port => await ranks.SendAsync(1, 0, BitConverter.GetBytes(port), CancellationToken.None));
        using Message message = await ranks.ReceiveAsync(0, 0, CancellationToken.None);
        return await LoopbackStream.ConnectAsync(Bytes, BinaryPrimitives.ReadInt32LittleEndian(message.Payload.Span));
    }
}
