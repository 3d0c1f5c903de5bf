namespace Rubato.Training;

/// <summary>How a conductor leads the training between the go and the end of the budget.</summary>
internal abstract class Conducting(JobPlan plan, RankRoster roster, RankCollector collector, RunExaminer examiner, RunAccount account, ClusterClock clock)
{
    protected JobPlan Plan => plan;

    protected RankRoster Roster => roster;

    protected RankCollector Collector => collector;

    protected RunExaminer Examiner => examiner;

    protected RunAccount Account => account;

    protected ClusterClock Clock => clock;

    /// <summary>Global steps taken.</summary>
    public abstract long Steps { get; }

    /// <summary>Leads to the end; afterwards the examiner holds the final model and the clock stands still.</summary>
    public abstract Task ConductAsync();

    /// <summary>A worker asks for a ticket.</summary>
    public abstract void AnswerTicket(int worker, long step);

    /// <summary>A worker stands at a pause.</summary>
    public abstract void TakeArrival(int worker, ControlMessage.Arrived arrived);

    /// <summary>Gradients were applied or dropped.</summary>
    public abstract void TakeLedger(IReadOnlyList<LedgerEntry> entries);

    /// <summary>Whether the budget in time is used up.</summary>
    protected bool IsTimeUp => clock.Elapsed.TotalSeconds >= plan.Job.MaxSeconds;

    /// <summary>Is called once, when all ranks have taken up what they go on from: no checkpoint is refused any more.</summary>
    public required Action Begun { get; init; }

    /// <summary>Whether checkpoints are to be written at all.</summary>
    public bool Saves { get; init; }

    /// <summary>The books as they are now, for a checkpoint.</summary>
    protected RunBooks BooksAt(long nextBatch) => new(
        StateSnapshot.Of(new ConductorState(plan, account)), Steps, account.Applied, nextBatch, clock.Elapsed);

    /// <summary>Saves a model and states with the books that belong to them.</summary>
    protected Task SaveAsync(float[] model, Dictionary<string, StateSnapshot> states, RunBooks books)
    {
        states.Add(ConductorState.Name, books.State);
        return examiner.SaveAsync(new Checkpoint
        {
            Step = books.Steps,
            SamplesApplied = books.SamplesApplied,
            NextBatch = books.NextBatch,
            ClusterSeconds = books.Elapsed.TotalSeconds,
            Model = model,
            States = states,
            Layout = plan.Model.Layout,
        });
    }
}
