using Rubato.Strategies;

namespace Rubato.Studies;

/// <summary>A strategy that is another one in everything that a derived record does not change.</summary>
internal abstract record WrappedStrategy(StrategyDefinition Inner) : StrategyDefinition
{
    public sealed override ModelHome ModelHome => Inner.ModelHome;

    public sealed override bool KeepsTableOnServers => Inner.KeepsTableOnServers;

    public sealed override bool WorkersHaveState => Inner.WorkersHaveState;

    public sealed override bool SurvivesLostWorkers => Inner.SurvivesLostWorkers;

    public sealed override bool NeedsSampleBudget => Inner.NeedsSampleBudget;

    public sealed override int ThreadsPerWorker => Inner.ThreadsPerWorker;

    public sealed override bool NeedsOwnSamples => Inner.NeedsOwnSamples;

    public sealed override bool NeedsPlainSgd => Inner.NeedsPlainSgd;

    public sealed override bool NeedsNoStatistics => Inner.NeedsNoStatistics;

    public sealed override long StepsPerUpdate(int ownSamples, int batchSize) => Inner.StepsPerUpdate(ownSamples, batchSize);

    public sealed override BatchAssignment AssignmentFor(int workers) => Inner.AssignmentFor(workers);

    public sealed override int BatchesPerStep(int workers) => Inner.BatchesPerStep(workers);

    public sealed override int ServersFor(int workers) => Inner.ServersFor(workers);

    public sealed override void Validate(int workers) => Inner.Validate(workers);

    public sealed override IStrategy CreateWorker(int workers) => Wrap(Inner.CreateWorker(workers));

    public override IServerProgram CreateServer(int index, int workers) => Inner.CreateServer(index, workers);

    /// <summary>Makes the worker's side around that of the other strategy.</summary>
    protected abstract IStrategy Wrap(IStrategy inner);
}
