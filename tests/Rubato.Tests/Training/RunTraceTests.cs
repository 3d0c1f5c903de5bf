using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class RunTraceTests
{
    [Fact]
    public void Waits_are_cut_out_of_the_communication_around_them_and_nothing_else()
    {
        var trace = new RunTrace(workers: 2);
        trace.Take(0, [Span(0, TracePhase.Compute, 0, 10, 1), Span(0, TracePhase.Communicate, 10, 30, 1), Span(0, TracePhase.Compute, 30, 40, 2),
            Span(0, TracePhase.Communicate, 40, 50, 2)]);
        // One began before the communication, two overlap, one lies in a computation (a collective in the background), one is seen by a server.
        trace.TakeWait(0, Micros(8), Micros(4));
        trace.TakeWait(0, Micros(15), Micros(5));
        trace.TakeWait(0, Micros(18), Micros(4));
        trace.TakeWait(0, Micros(33), Micros(4));
        trace.Take(2, [Span(0, TracePhase.Wait, 45, 60, 0)]);

        Assert.Equal(
            [
                Span(0, TracePhase.Compute, 0, 10, 1), Span(0, TracePhase.Wait, 10, 12, 1), Span(0, TracePhase.Communicate, 12, 15, 1),
                Span(0, TracePhase.Wait, 15, 20, 1), Span(0, TracePhase.Wait, 20, 22, 1), Span(0, TracePhase.Communicate, 22, 30, 1),
                Span(0, TracePhase.Compute, 30, 40, 2), Span(0, TracePhase.Communicate, 40, 45, 2), Span(0, TracePhase.Wait, 45, 50, 2),
            ],
            trace.Rows());
    }

    [Fact]
    public void Computations_bear_the_staleness_of_their_gradients_in_order()
    {
        var trace = new RunTrace(workers: 2);
        trace.Take(1, [.. Enumerable.Range(5, 5).Select(step => Span(1, TracePhase.Compute, step, step + 1, step))]);
        trace.Take([new LedgerEntry(1, 0, 2, 16), new LedgerEntry(0, 9, 1, 8), new LedgerEntry(1, LedgerEntry.Dropped, 1, 8)]);
        trace.Take([new LedgerEntry(1, 3, 1, 8)]);

        Assert.Equal([0, 0, TraceSpan.Dropped, 3, null], trace.Rows().Select(span => span.Staleness));
    }

    [Fact]
    public void A_ledger_keeps_each_workers_gradients_in_order()
    {
        var pen = new LedgerPen();
        foreach (int staleness in (int[])[0, 0, 1, 0])
        {
            pen.Applied(3, 8, staleness);
            pen.Applied(4, 8, 7);
        }

        Assert.Equal([new(3, 0, 2, 16), new(4, 7, 4, 32), new(3, 1, 1, 8), new(3, 0, 1, 8)], pen.Take()!);
    }

    private static TimeSpan Micros(int count) => TimeSpan.FromMicroseconds(count);

    private static TraceSpan Span(int endpoint, TracePhase phase, int start, int end, long step) => new(endpoint, phase, Micros(start), Micros(end - start), step);
}
