namespace Rubato.Training;

/// <summary>Leads synchronous jobs: every worker takes every step, and all meet at pauses known beforehand.</summary>
internal sealed class StepConducting(
    JobPlan plan, RankRoster roster, RankCollector collector, RunExaminer examiner, RunAccount account, ClusterClock clock, long firstStep)
    : Conducting(plan, roster, collector, examiner, account, clock)
{
    private readonly Dictionary<int, ControlMessage.Arrived> _arrived = [];
    private long _lastGranted;
    private bool _refusing;
    private long _step = firstStep;

    public override long Steps => _step;

    public override async Task ConductAsync()
    {
        Begun();
        long examinedAt = -1;
        while (true)
        {
            await Roster.Until(() => _arrived.Count > 0);
            // The cheap question first: it is asked after every message of every worker.
            // With nobody left the run is about to fail, and nothing is agreed on.
            await Roster.UntilOrDeaf(
                () => Roster.LiveWorkers > 0 && _arrived.Count >= Roster.LiveWorkers
                    && _arrived.Keys.Count(worker => !Roster.Lost.ContainsKey(worker)) == Roster.LiveWorkers,
                () => Roster.Workers.Where(worker => !_arrived.ContainsKey(worker)));
            Clock.Halt();
            ControlMessage.Arrived arrived = Agreed();
            long before = Plan.SamplesAfter(_step), after = Plan.SamplesAfter(arrived.Step);
            _step = arrived.Step;

            bool stop = arrived.Last;
            float[] model = await Collector.CollectModelAsync();
            if ((stop && examinedAt != _step) || Plan.IsEvaluationBetween(before, after))
            {
                await Examiner.ExamineAsync(model, Account.Applied, Clock.Elapsed);
                examinedAt = _step;
            }
            stop |= Examiner.AtTarget is not null;
            if (Saves && (stop || Plan.IsCheckpointBetween(before, after)))
            {
                // Everybody stands still: whatever is asked for is of one moment.
                await SaveAsync(model, await Collector.CollectStatesAsync(), BooksAt(_step * Plan.Workers));
            }

            _arrived.Clear();
            if (stop) Roster.Tell(Roster.Servers, new ControlMessage.Stop());
            else Clock.Run();
            Roster.Tell(Roster.Workers, new ControlMessage.Verdict(!stop));
            if (stop) return;
        }
    }

    public override void TakeArrival(int worker, ControlMessage.Arrived arrived) => _arrived[worker] = arrived;

    public override void TakeLedger(IReadOnlyList<LedgerEntry> entries) => Account.Take(entries);

    // Asked only under a budget in time. The first to ask for a step decides for all, so that nobody stops while others go on.
    public override void AnswerTicket(int worker, long step)
    {
        if (step > _lastGranted)
        {
            _refusing |= IsTimeUp;
            if (!_refusing) _lastGranted = step;
        }
        Roster.Tell(worker, step <= _lastGranted ? new ControlMessage.Ticket(step, 0) : new ControlMessage.NoTicket());
    }

    private ControlMessage.Arrived Agreed()
    {
        ControlMessage.Arrived[] all = [.. _arrived.Where(pair => !Roster.Lost.ContainsKey(pair.Key)).Select(pair => pair.Value).Distinct()];
        return all.Length == 1 ? all[0] : throw new InvalidOperationException(
            $"Workers pause after different steps ({string.Join(", ", all.Select(arrived => arrived.Step))}). "
            + "This is a defect of Rubato; please report it.");
    }
}
