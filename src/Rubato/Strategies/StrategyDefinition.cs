using Rubato.Configuration;

namespace Rubato.Strategies;

/// <summary>A chosen strategy with its options: what it needs of a job, and how its programs are made.</summary>
public abstract record StrategyDefinition
{
    /// <summary>How mini-batches are dealt out for so many workers.</summary>
    /// <remarks>
    /// <see cref="BatchAssignment.ByStepAndRank"/> for fully synchronous strategies, so that worlds agree to the bit;
    /// <see cref="BatchAssignment.OnDemand"/> where fast workers take more.
    /// </remarks>
    public abstract BatchAssignment AssignmentFor(int workers);

    /// <summary>How many samples one synchronous step applies, in mini-batches; meaningful for <see cref="BatchAssignment.ByStepAndRank"/> only.</summary>
    public virtual int BatchesPerStep(int workers) => workers;

    /// <summary>
    /// How many steps one update takes of a worker where gradients of several steps enter the model together: a budget in samples ends after a whole update.
    /// Where workers differ an update has the steps of the one with the most, and the others sit out what is left of it.
    /// </summary>
    /// <param name="ownSamples">The worker's <see cref="Worker.OwnSamples"/>.</param>
    /// <param name="batchSize">The samples of a mini-batch.</param>
    public virtual long StepsPerUpdate(int ownSamples, int batchSize) => 1;

    /// <summary>How many threads of each worker train its replica at once; above 1 only where mini-batches are dealt on demand.</summary>
    public virtual int ThreadsPerWorker => 1;

    /// <summary>Whether the strategy looks at <see cref="Worker.Progress"/>, so that the job needs a budget in epochs or steps.</summary>
    public virtual bool NeedsSampleBudget => false;

    /// <summary>Whether workers need samples of their own, so that the job's partition must not deal from one row.</summary>
    public virtual bool NeedsOwnSamples => false;

    /// <summary>Whether the strategy is sound with the steps of plain SGD only: without a momentum, a scale or a decay.</summary>
    public virtual bool NeedsPlainSgd => false;

    /// <summary>Whether the model must be without running statistics (batch norm), which the strategy would lead astray.</summary>
    public virtual bool NeedsNoStatistics => false;

    /// <summary>How many servers so many workers need; 0 without servers.</summary>
    public virtual int ServersFor(int workers) => 0;

    /// <summary>Where the model to evaluate lives.</summary>
    public virtual ModelHome ModelHome => ModelHome.Workers;

    /// <summary>
    /// Whether servers keep the model's embedding table, in one copy: what they offer then stands in the model in place of the workers' part, and a worker's
    /// optimizer is for what lies behind the table.
    /// </summary>
    public virtual bool KeepsTableOnServers => false;

    /// <summary>Whether workers keep something between two steps that a resumed job needs; by default unless the servers hold the model.</summary>
    public virtual bool WorkersHaveState => ModelHome != ModelHome.Servers;

    /// <summary>Whether the job goes on when a worker is lost.</summary>
    public virtual bool SurvivesLostWorkers => false;

    /// <summary>Refuses what does not fit, naming the value, the limit and the fix.</summary>
    /// <exception cref="InvalidRequestException">For example more groups than workers.</exception>
    public virtual void Validate(int workers)
    {
    }

    /// <summary>Makes one worker's side.</summary>
    public abstract IStrategy CreateWorker(int workers);

    /// <summary>Makes one server.</summary>
    public virtual IServerProgram CreateServer(int index, int workers) =>
        throw new InvalidOperationException($"{GetType().Name} has no servers, but server {index} was asked for.");
}
