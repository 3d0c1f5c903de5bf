namespace Rubato.Training;

/// <summary>The first words between a rank and the conductor, the same for workers and servers.</summary>
internal static class RankStart
{
    /// <summary>Reports that the rank is there, starts its strategy when all are, and returns at the go.</summary>
    /// <param name="line">The line to the conductor.</param>
    /// <param name="spans">Is set by the conductor's clock, and records if the run is traced.</param>
    /// <param name="start">What this rank does before it is ready.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task GreetAsync(RankLine line, SpanRecorder spans, Func<Task> start, CancellationToken cancellation)
    {
        await line.SendAsync(new ControlMessage.Hello());
        bool trace = (await line.ExpectAsync<ControlMessage.Start>(cancellation)).Trace;
        await start();

        // As NTP does: the answer was written half-way between question and reply.
        TimeSpan asked = spans.Now;
        await line.SendAsync(new ControlMessage.AskClock());
        var clock = await line.ExpectAsync<ControlMessage.Clock>(cancellation);
        TimeSpan ahead = clock.Reading - (asked + spans.Now) / 2;

        await line.SendAsync(new ControlMessage.Ready());
        var go = await line.ExpectAsync<ControlMessage.Go>(cancellation);
        spans.Start(ahead - go.Reading, trace);
    }
}
