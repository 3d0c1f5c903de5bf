using System.Globalization;
using Rubato.Charts;

namespace Rubato.Training;

/// <summary>The picture of a run's trace: who computed, waited and communicated when, and who made whom wait.</summary>
internal static class RunTimeline
{
    private const int MostRows = 64, StepsShown = 80;

    // Computation goes from blue to orange with its staleness, light enough at one end and dark enough at the other to be told apart without
    // colours (the order of plasma, by Smith and van der Walt). Waiting is close to the page, so that who makes others wait stands out.
    private static TimelineKind[] KindsOf(int[] shades) =>
    [
        new("compute, staleness 0", "#2a4fa8", "#4f7be0"),
        new($"compute, staleness {Span(shades[1], shades[2])}", "#7e3fa8", "#9a63d6"),
        new($"compute, staleness {Span(shades[2], shades[3])}", "#b83f87", "#d065b0"),
        new($"compute, staleness {Span(shades[3], shades[4])}", "#e0605a", "#f07c78"),
        new($"compute, staleness {shades[4]} and more", "#f89540", "#ffb26b"),
        new("compute, never applied", "#57606a", "#8b949e"),
        new("communicate, serve", "#009e73", "#1fb88a"),
        new("wait for others", "#d8dee4", "#2a313c"),
        new("evaluate", "#f0e442", "#8f8a2a"),
        new("synchronize beside computing", "#56b4e9", "#7cc7ef"),
    ];

    private const int NeverApplied = 5, Communicate = 6, Wait = 7, Evaluate = 8, Background = 9;

    /// <summary>Draws the run.</summary>
    /// <param name="report">The run's report.</param>
    /// <param name="spans">Each row's spans, without overlaps.</param>
    /// <param name="names">The endpoints' names by number.</param>
    public static string Of(RunReport report, IReadOnlyList<TraceSpan> spans, IReadOnlyList<string> names)
    {
        double whole = spans.Count == 0 ? 0 : spans.Max(span => span.End).TotalSeconds;
        double shown = Math.Min(whole, StepsShown * StepSeconds(spans, report.Workers.Count));
        ILookup<TraceRow, TraceSpan> rows = spans.ToLookup(TraceRow.Of);
        // In a simulated cluster evaluation takes no time, and the conductor's row would be empty.
        int ranks = rows.Contains(TraceRow.Of(names.Count - 1)) ? names.Count : names.Count - 1;
        ILookup<int, TraceRow> further = rows.Select(row => row.Key).Where(row => !row.IsMain).Order().ToLookup(row => row.Endpoint);
        int most = MostRows / (1 + further.Select(endpoint => endpoint.Count()).DefaultIfEmpty().Max());
        int[] endpoints = Choose(report, ranks, Math.Max(1, most));
        int[] shades = ShadesOf(report.Staleness);
        HashSet<int> culprits = [.. report.MadeOthersWait.Select(worker => worker.Rank)];

        var notes = new List<string>();
        if (whole > shown * 1.001) notes.Add(Text($"the first {Seconds(shown)} of {Seconds(whole)} s"));
        if (endpoints.Length < ranks) notes.Add(Text($"{endpoints.Length} of {ranks} ranks"));
        if (notes.Count > 0) notes.Add("the figures at the right are of the whole run");
        return new Timeline(
            $"{report.Job.Strategy}, {report.Job.Workers} workers", string.Join("; ", notes), KindsOf(shades),
            ["computing", "waiting", "caused wait"],
            [.. endpoints.SelectMany(endpoint => further[endpoint].Prepend(TraceRow.Of(endpoint))).Select(row => new TimelineRow(
                row.NameOf(names[row.Endpoint]), [.. rows[row].Select(span => Stretch(span, shades))],
                row.IsMain ? FiguresOf(report, row.Endpoint) : [], row.IsMain && culprits.Contains(row.Endpoint)))],
            shown > 0 ? shown : 1).ToSvg();
    }

    // The least staleness of each shade, ascending: what is old depends on how many workers there are.
    private static int[] ShadesOf(StalenessSummary staleness)
    {
        int unit = Math.Max(1, (int)staleness.P95 / 8);
        return [0, 1, 2 * unit, 4 * unit, 8 * unit];
    }

    private static string Span(int least, int next) => next - least == 1 ? Text($"{least}") : Text($"{least}–{next - 1}");

    private static TimelineStretch Stretch(TraceSpan span, int[] shades) => new(span.Start.TotalSeconds, span.End.TotalSeconds, span.Phase switch
    {
        TracePhase.Communicate => Communicate,
        TracePhase.Wait => Wait,
        TracePhase.Evaluate => Evaluate,
        TracePhase.Background => Background,
        _ when span.Staleness is >= 0 and int staleness => Array.FindLastIndex(shades, least => least <= staleness),
        _ => NeverApplied,
    });

    // What a step takes from one to the next, of the worker in the middle: a picture of a whole long run shows no steps at all.
    private static double StepSeconds(IReadOnlyList<TraceSpan> spans, int workers)
    {
        double[] periods =
        [
            .. spans.Where(span => span.Phase == TracePhase.Compute && span.Endpoint < workers).GroupBy(TraceRow.Of)
                .Select(row => row.Max(span => span.End).TotalSeconds / row.Count()).Order(),
        ];
        return periods.Length == 0 ? double.PositiveInfinity : periods[periods.Length / 2];
    }

    // Endpoints at equal distances, and among them who made others wait, and who was slowest although nobody may have waited.
    private static int[] Choose(RunReport report, int endpoints, int most)
    {
        if (endpoints <= most) return [.. Enumerable.Range(0, endpoints)];
        var chosen = new SortedSet<int>(report.MadeOthersWait.Take(most / 4).Select(worker => worker.Rank));
        chosen.UnionWith(report.Workers.OrderByDescending(worker => worker.ComputeSeconds / Math.Max(1, worker.Steps)).Take(2).Select(worker => worker.Rank));
        int[] others = [.. Enumerable.Range(0, endpoints).Where(endpoint => !chosen.Contains(endpoint))];
        int rest = Math.Max(0, most - chosen.Count);
        for (int i = 0; i < rest; i++) chosen.Add(others[(int)((long)i * others.Length / rest)]);
        return [.. chosen];
    }

    private static string[] FiguresOf(RunReport report, int endpoint)
    {
        if (endpoint >= report.Workers.Count) return [];
        WorkerReport worker = report.Workers[endpoint];
        double time = worker.ComputeSeconds + worker.WaitSeconds;
        return
        [
            Text($"{(time > 0 ? worker.ComputeSeconds / time * 100 : 0):0} %"),
            Text($"{(time > 0 ? worker.WaitSeconds / time * 100 : 0):0} %"),
            Text($"{worker.CausedWaitSeconds:0.0} s"),
        ];
    }

    private static string Seconds(double value) => value.ToString(value >= 10 ? "0.0" : "0.0##", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
