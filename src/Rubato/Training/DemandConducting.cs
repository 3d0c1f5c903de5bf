namespace Rubato.Training;

/// <summary>Leads jobs on demand: whoever asks takes the next mini-batch, nobody ever pauses, and the applied samples end the run.</summary>
internal sealed class DemandConducting(
    JobPlan plan, RankRoster roster, RankCollector collector, RunExaminer examiner, RunAccount account, ClusterClock clock,
    bool sharesSamples, bool restoresWorkers, long nextBatch, TimeProvider time, CancellationToken cancellation)
    : Conducting(plan, roster, collector, examiner, account, clock)
{
    // A timer's longest time is 49 days.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(10);

    private readonly HashSet<int> _asked = [];
    private long _nextBatch = nextBatch;
    private bool _over, _evaluationDue, _checkpointDue;

    public override long Steps => Plan.StepsOf(Account.Applied);

    public override async Task ConductAsync()
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (Plan.Job.MaxSeconds is { } seconds) _ = WatchTimeAsync(seconds, timer.Token);
        if (Account.Applied >= Plan.SampleBudget) End();
        // Workers are restored after the go, and whoever asks for a ticket has been.
        if (restoresWorkers)
        {
            await Roster.UntilOrDeaf(
                () => Roster.LiveWorkers > 0 && Roster.Workers.All(_asked.Contains), () => Roster.Workers.Where(worker => !_asked.Contains(worker)));
        }
        Begun();
        while (!_over)
        {
            await Roster.Until(() => _over || _evaluationDue || _checkpointDue);
            if (_over) break;
            (bool evaluate, bool save) = (_evaluationDue, _checkpointDue);
            _evaluationDue = _checkpointDue = false;
            if (save && Saves)
            {
                (float[] model, Dictionary<string, StateSnapshot> states, RunBooks books) = await Collector.CollectCopyAsync(() => BooksAt(_nextBatch));
                await SaveAsync(model, states, books);
                if (evaluate) await Examiner.ExamineAsync(model, books.SamplesApplied, books.Elapsed);
            }
            else if (evaluate)
            {
                float[] model = await Collector.CollectModelAsync();
                // The copy is the servers' at about this moment; they never wait, so no figure is exact to the sample.
                await Examiner.ExamineAsync(model, Account.Applied, Clock.Elapsed);
            }
            if (Examiner.AtTarget is not null) End();
        }
        timer.Cancel();

        await Roster.UntilOrDeaf(() => Roster.AllAre(RankStage.Left), () => Roster.Before(RankStage.Left));
        // All have left, so nothing changes any more and every copy is of one moment.
        float[] final = await Collector.CollectModelAsync();
        await Examiner.ExamineAsync(final, Account.Applied, Clock.Elapsed);
        if (Saves) await SaveAsync(final, await Collector.CollectStatesAsync(), BooksAt(_nextBatch));
    }

    public override void AnswerTicket(int worker, long step)
    {
        _asked.Add(worker);
        if (!_over && IsTimeUp) End();
        if (_over || Roster.Lost.ContainsKey(worker))
        {
            Roster.Tell(worker, new ControlMessage.NoTicket());
            return;
        }
        long batch = sharesSamples ? _nextBatch : Account.TicketsOf(worker);
        _nextBatch++;
        Account.HandOut(worker);
        Roster.Tell(worker, new ControlMessage.Ticket(batch, Account.Applied));
    }

    public override void TakeLedger(IReadOnlyList<LedgerEntry> entries)
    {
        long before = Account.Applied;
        Account.Take(entries);
        _evaluationDue |= Plan.IsEvaluationBetween(before, Account.Applied);
        _checkpointDue |= Plan.IsCheckpointBetween(before, Account.Applied);
        if (Account.Applied >= Plan.SampleBudget) End();
    }

    public override void TakeArrival(int worker, ControlMessage.Arrived arrived) => throw new InvalidOperationException(
        $"Worker {worker} pauses in a job on demand, which has no pauses. This is a defect of Rubato; please report it.");

    private void End()
    {
        if (_over) return;
        _over = true;
        Clock.Halt();
        Roster.Tell(Roster.Servers, new ControlMessage.Stop());
        Roster.Check();
    }

    private async Task WatchTimeAsync(double seconds, CancellationToken stop)
    {
        try
        {
            while (!_over && !IsTimeUp)
            {
                double rest = Math.Clamp(seconds - Clock.Elapsed.TotalSeconds, 0.001, LongestTimer.TotalSeconds);
                await Task.Delay(TimeSpan.FromSeconds(rest), time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        End();
    }
}
