namespace Rubato.Training;

/// <summary>The stretches of all endpoints, as they come in. Keeps the first half million, which is as much as a viewer can show.</summary>
internal sealed class RunTrace(int workers)
{
    private const int MostSpans = 500_000;

    private readonly List<TraceSpan> _spans = [];
    private readonly List<TraceSpan> _waits = [];
    private readonly List<int>[] _fates = [.. Enumerable.Range(0, workers).Select(_ => new List<int>())];

    /// <summary>Takes stretches that one endpoint has recorded: its own, and waits of others that it saw.</summary>
    public void Take(int endpoint, ReadOnlySpan<TraceSpan> spans)
    {
        foreach (TraceSpan span in spans) AddTo(span.Endpoint == endpoint ? _spans : _waits, span);
    }

    /// <summary>Takes a wait of a worker that nobody could know before the join was whole.</summary>
    public void TakeWait(int worker, TimeSpan start, TimeSpan wait) => AddTo(_waits, new TraceSpan(worker, TracePhase.Wait, start, wait, 0));

    /// <summary>Takes what became of gradients: those of one worker meet their fates in the order in which it computed them.</summary>
    public void Take(IEnumerable<LedgerEntry> entries)
    {
        foreach (LedgerEntry entry in entries)
            for (long k = 0; k < entry.Gradients && _fates[entry.Worker].Count < MostSpans; k++) _fates[entry.Worker].Add(entry.Staleness);
    }

    /// <summary>
    /// All stretches, those of each thread of each endpoint in order and without overlaps: computations with their staleness, waits cut out of the
    /// communication around them. What goes on in the background comes last of each endpoint.
    /// </summary>
    public List<TraceSpan> Rows()
    {
        ILookup<int, TraceSpan> waits = _waits.ToLookup(wait => wait.Endpoint);
        var rows = new List<TraceSpan>(_spans.Count + 2 * _waits.Count);
        foreach (IGrouping<int, TraceSpan> endpoint in _spans.GroupBy(span => span.Endpoint).OrderBy(row => row.Key))
        {
            TraceSpan[] foreground = [.. endpoint.Where(span => span.Phase != TracePhase.Background)];
            foreach (IGrouping<int, TraceSpan> row in WithFates(endpoint.Key, foreground).GroupBy(span => span.Thread).OrderBy(row => row.Key))
                Cut(row.OrderBy(span => span.Start), [.. waits[endpoint.Key].OrderBy(wait => wait.Start)], rows);
            rows.AddRange(endpoint.Where(span => span.Phase == TracePhase.Background).OrderBy(span => span.Start));
        }
        return rows;
    }

    /// <summary>Writes the trace, and the timeline drawn from it.</summary>
    public void WriteTo(RunDirectory directory, RunReport report)
    {
        int servers = report.Servers;
        List<TraceSpan> rows = Rows();
        string[] names = [.. Enumerable.Range(0, workers + servers + 1).Select(rank => RunFailures.NameOf(rank, workers, servers))];
        directory.WriteTrace(rows, names);
        directory.WriteTimeline(RunTimeline.Of(report, rows, names));
    }

    private void AddTo(List<TraceSpan> list, TraceSpan span)
    {
        if (_spans.Count + _waits.Count < MostSpans) list.Add(span);
    }

    // The fates of a worker stand in the order of its gradients.
    private IEnumerable<TraceSpan> WithFates(int endpoint, TraceSpan[] spans)
    {
        if (endpoint >= workers) return spans;
        List<int> fates = _fates[endpoint];
        int gradients = 0;
        return spans.OrderBy(span => span.End).Select(span => span.Phase == TracePhase.Compute && gradients < fates.Count ? span with { Staleness = fates[gradients++] } : span);
    }

    private static void Cut(IEnumerable<TraceSpan> row, TraceSpan[] waits, List<TraceSpan> output)
    {
        int next = 0;
        foreach (TraceSpan span in row)
        {
            if (span.Phase != TracePhase.Communicate)
            {
                output.Add(span);
                continue;
            }
            while (next < waits.Length && waits[next].End <= span.Start) next++;
            TimeSpan done = span.Start;
            for (int i = next; i < waits.Length && waits[i].Start < span.End; i++)
            {
                TimeSpan start = waits[i].Start > done ? waits[i].Start : done, end = waits[i].End < span.End ? waits[i].End : span.End;
                if (end <= start) continue;
                AddPiece(span, TracePhase.Communicate, done, start, output);
                AddPiece(span, TracePhase.Wait, start, end, output);
                done = end;
            }
            AddPiece(span, TracePhase.Communicate, done, span.End, output);
        }
    }

    private static void AddPiece(TraceSpan of, TracePhase phase, TimeSpan start, TimeSpan end, List<TraceSpan> output)
    {
        if (end > start) output.Add(of with { Phase = phase, Start = start, Duration = end - start });
    }
}
