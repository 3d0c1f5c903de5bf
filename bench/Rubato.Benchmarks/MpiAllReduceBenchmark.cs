using System.Diagnostics;
using System.Globalization;
using Rubato.Communication;
using Rubato.Training;
using Rubato.Transports.Mpi;

namespace Rubato.Benchmarks;

/// <summary>All-reduce of two MPI ranks through the communicator against the same call in a small C program, bench/all-reduce.c.</summary>
/// <remarks>
/// Both are started by the same mpirun in turn, several times, so that a busy machine disturbs both alike; a start gives the median of 60
/// calls of each size, and the table holds the medians of those. Before it measures, a start goes through as many calls as the runtime's compiler
/// needs to be done with them. Needs mpicc; <c>MPIRUN</c> and <c>MPICC</c> name others, with arguments.
/// </remarks>
internal static class MpiAllReduceBenchmark
{
    private const int Starts = 11, WarmUps = 20, Rounds = 60;
    private static readonly int[] Sizes = [4 << 10, 1 << 20, 16 << 20];

    public static Task<int> RunAsync(string[] arguments) => arguments is ["rank"] ? RankAsync() : LeadAsync();

    private static async Task<int> LeadAsync()
    {
        string folder = Directory.CreateTempSubdirectory("rubato-mpi").FullName, program = Path.Combine(folder, "all-reduce");
        try
        {
            await StartAsync($"{Environment.GetEnvironmentVariable("MPICC") ?? "mpicc"} -O2 -o {program} bench/all-reduce.c");
            string launcher = Environment.GetEnvironmentVariable("MPIRUN") ?? "mpirun --bind-to none";
            string sizes = string.Join(' ', Sizes.Select(size => size.ToString(CultureInfo.InvariantCulture)));
            var c = new List<double[]>();
            var rubato = new List<double[]>();
            for (int start = 0; start < Starts; start++)
            {
                c.Add(await StartAsync($"{launcher} -n 2 {program} {sizes}"));
                rubato.Add(await StartAsync($"{launcher} -n 2 dotnet {typeof(MpiAllReduceBenchmark).Assembly.Location} mpi-all-reduce rank"));
            }
            Print(c, rubato);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The numbers that a command prints.
    private static async Task<double[]> StartAsync(string command)
    {
        string[] words = command.Split(' ');
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true };
        // Launchers may give ranks a terminal each, whose control codes would stand among the numbers.
        start.Environment["TERM"] = "dumb";
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{command}' ended with exit code {process.ExitCode}.");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
    }

    private static void Print(List<double[]> c, List<double[]> rubato)
    {
        Console.WriteLine($"{"bytes",10} {"C",12} {"Rubato",12} {"more",10} {"",8}   (medians of {Starts} starts of {Rounds} calls, in microseconds)");
        for (int size = 0; size < Sizes.Length; size++)
        {
            double theirs = Timing.Median([.. c.Select(row => row[size]).Order()]), ours = Timing.Median([.. rubato.Select(row => row[size]).Order()]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Sizes[size],10} {theirs,12:0.0} {ours,12:0.0} {ours - theirs,10:0.0} {(ours / theirs - 1) * 100,7:0.0}%"));
        }
    }

    private static async Task<int> RankAsync()
    {
        await using var cluster = new MpiCluster();
        var limit = TimeSpan.FromMinutes(1);
        MpiHall hall = await cluster.MeetAsync(limit, CancellationToken.None);
        using MpiNetwork network = await cluster.OpenAsync(hall.Size, MpiLayout.OnePerRank(hall.Size), limit);
        await RankLoop.RunAsync("benchmark", () => MeasureAsync(network.Open(hall.Rank)));
        return 0;
    }

    private static async Task MeasureAsync(MpiTransport transport)
    {
        var ranks = new Communicator(transport, [.. Enumerable.Range(0, transport.WorldSize)], new CommunicatorOptions { Deterministic = false });
        foreach (int size in Sizes) await MeasureAsync(ranks, new float[size / sizeof(float)], rounds: Math.Clamp(int.MaxValue / size, 100, 20_000));
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        foreach (int size in Sizes)
        {
            double took = await MeasureAsync(ranks, new float[size / sizeof(float)], Rounds);
            if (ranks.Rank == 0) Console.WriteLine(took.ToString("0.00", CultureInfo.InvariantCulture));
        }
    }

    // The median in microseconds.
    private static async Task<double> MeasureAsync(Communicator ranks, float[] vector, int rounds)
    {
        double[] took = new double[rounds];
        for (int round = -WarmUps; round < rounds; round++)
        {
            await ranks.BarrierAsync(CancellationToken.None);
            long start = Stopwatch.GetTimestamp();
            await ranks.AllReduceAsync(vector, ReduceOperation.Sum, CancellationToken.None);
            if (round >= 0) took[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
        Array.Sort(took);
        return Timing.Median(took);
    }
}
