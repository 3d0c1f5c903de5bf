using System.Diagnostics;

namespace Rubato.Benchmarks;

/// <summary>Times several pieces of work side by side, so that a noisy machine disturbs all of them alike.</summary>
internal static class Timing
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);

    /// <summary>Seconds of each repetition, shape [work.Length][repeats], sorted ascending; the pieces take turns within a repetition.</summary>
    /// <param name="repeats">Timed turns of each piece; at least 20 for figures worth reporting.</param>
    /// <param name="work">What to time. Runs untimed for half a second first, so that code and caches are warm.</param>
    public static double[][] Alternate(int repeats, params ReadOnlySpan<Action> work)
    {
        // Long enough for the runtime to have replaced the first, slow code of everything that is called.
        long beginning = Stopwatch.GetTimestamp();
        do
        {
            foreach (Action piece in work) piece();
        }
        while (Stopwatch.GetElapsedTime(beginning) < WarmUp);
        var seconds = new double[work.Length][];
        for (int i = 0; i < work.Length; i++) seconds[i] = new double[repeats];
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            for (int i = 0; i < work.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                work[i]();
                seconds[i][repeat] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }
        foreach (double[] row in seconds) Array.Sort(row);
        return seconds;
    }

    /// <summary>The middle of sorted times.</summary>
    public static double Median(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
}
