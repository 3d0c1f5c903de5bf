using System.Runtime.InteropServices;
using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Simulation;
using Rubato.Transports.Simulated;

namespace Rubato.Benchmarks;

/// <summary>The simulation's event loop without gradients: asynchronous programs that wait for timers, and that send each other messages.</summary>
/// <remarks>The baseline is the runtime's own priority queue with one empty callback an event: what a loop without awaits, timers and ranks would do.</remarks>
internal static class EventLoopBenchmark
{
    private const int Repeats = 21, Ranks = 256;
    private const int TimerEvents = 400_000, Messages = 100_000;

    public static Task<int> RunAsync(string[] arguments)
    {
        double[][] seconds = Timing.Alternate(Repeats, () => RunTimers(), () => RunMessages(), RunQueue);
        double timers = RunTimers() / Timing.Median(seconds[0]), messages = RunMessages() / Timing.Median(seconds[1]);
        double queue = TimerEvents / Timing.Median(seconds[2]);
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Ranks} ranks, one core, {Repeats} repeats");
        Console.WriteLine($"timers awaited          {timers / 1e6,6:F2} million events a second (aim 1)");
        Console.WriteLine($"messages awaited        {messages / 1e6,6:F2} million events a second, {Messages / Timing.Median(seconds[1]) / 1e6:F2} million messages");
        Console.WriteLine($"queue and callback alone{queue / 1e6,6:F2} million events a second");
        Console.WriteLine($"ratio of timers         {timers / queue,6:F2}");
        return Task.FromResult(0);
    }

    // Every rank waits again and again for a timer of its own period.
    private static long RunTimers()
    {
        var loop = new SimulationLoop();
        int open = Ranks;
        for (int number = 0; number < Ranks; number++)
        {
            SimulatedRank rank = loop.AddRank(number, $"worker {number}");
            async Task LiveAsync(int period)
            {
                for (int step = 0; step < TimerEvents / Ranks; step++)
                {
                    var passed = new TaskCompletionSource();
                    using ITimer timer = rank.Time.CreateTimer(
                        static state => ((TaskCompletionSource)state!).SetResult(), passed, TimeSpan.FromTicks(period), Timeout.InfiniteTimeSpan);
                    await passed.Task;
                }
                open--;
            }
            int period = 100 + number % 17;
            loop.At(0, rank, () => _ = LiveAsync(period));
        }
        loop.Run(() => open == 0, () => "ranks had not ended");
        return loop.Events;
    }

    // Every rank sends to its right neighbour and receives from its left one.
    private static long RunMessages()
    {
        var loop = new SimulationLoop();
        for (int number = 0; number < Ranks; number++) loop.AddRank(number, $"worker {number}");
        var network = new SimulatedNetwork(loop, new NetworkMap(new LinkShape(TimeSpan.FromMilliseconds(1), 1e9)));
        int open = Ranks;
        byte[] payload = new byte[64];
        foreach (SimulatedRank rank in loop.Ranks)
        {
            async Task LiveAsync()
            {
                ITransport transport = network.Open(rank.Number);
                var tag = new MessageTag(1, 0);
                for (int step = 0; step < Messages / Ranks; step++)
                {
                    await transport.SendAsync((rank.Number + 1) % Ranks, tag, payload, CancellationToken.None);
                    using Message message = await transport.ReceiveAsync((rank.Number + Ranks - 1) % Ranks, tag, CancellationToken.None);
                }
                open--;
            }
            loop.At(0, rank, () => _ = LiveAsync());
        }
        loop.Run(() => open == 0, () => "ranks had not ended");
        return loop.Events;
    }

    private static void RunQueue()
    {
        var queue = new PriorityQueue<Action, (long, long)>();
        var random = RandomStream.Create(1, "queue");
        long order = 0, happened = 0;
        void Happen() => happened++;
        for (int i = 0; i < Ranks; i++) queue.Enqueue(Happen, (random.NextInt32(100), order++));
        while (happened < TimerEvents)
        {
            queue.TryDequeue(out Action? action, out (long Ticks, long) at);
            action!();
            queue.Enqueue(action, (at.Ticks + 100 + happened % 17, order++));
        }
    }
}
