using Rubato.Numerics;
using Rubato.Strategies;

namespace Rubato.Studies;

/// <summary>A strategy under watch: does what another does, and tells a <see cref="FaultWatch"/> of every step and every line of the ledger.</summary>
internal sealed record WatchedStrategy(StrategyDefinition Inner, FaultWatch Watch) : StrategyDefinition
{
    public override ModelHome ModelHome => Inner.ModelHome;

    public override bool WorkersHaveState => Inner.WorkersHaveState;

    public override bool SurvivesLostWorkers => Inner.SurvivesLostWorkers;

    public override BatchAssignment AssignmentFor(int workers) => Inner.AssignmentFor(workers);

    public override int BatchesPerStep(int workers) => Inner.BatchesPerStep(workers);

    public override int StepsPerUpdate => Inner.StepsPerUpdate;

    public override int ServersFor(int workers) => Inner.ServersFor(workers);

    public override void Validate(int workers) => Inner.Validate(workers);

    public override IStrategy CreateWorker(int workers) => new WatchedWorker(Inner.CreateWorker(workers), Watch);

    public override IServerProgram CreateServer(int index, int workers) => new WatchedProgram(Inner.CreateServer(index, workers), Watch);

    private sealed class WatchedWorker(IStrategy inner, FaultWatch watch) : IStrategy
    {
        public ValueTask StartAsync(Worker worker, CancellationToken cancellation) => inner.StartAsync(worker, cancellation);

        public ReadOnlyMemory<float> ModelOf(Worker worker) => inner.ModelOf(worker);

        public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
        {
            watch.Begins(worker.Rank);
            try
            {
                await inner.StepAsync(worker, cancellation);
            }
            catch
            {
                // Whoever fails binds the others no longer.
                watch.Leaves(worker.Rank);
                throw;
            }
            watch.Completes(worker.Rank, worker.Step, worker.Parameters.Span);
        }

        public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => inner.DrainAsync(worker, cancellation);

        public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation)
        {
            watch.Leaves(worker.Rank);
            return inner.LeaveAsync(worker, cancellation);
        }

        public void VisitState(IStateVisitor visitor) => inner.VisitState(visitor);
    }

    private sealed class WatchedProgram(IServerProgram inner, FaultWatch watch) : IServerProgram
    {
        public void Prepare(Server server) => inner.Prepare(server);

        public Task RunAsync(Server server, CancellationToken cancellation) => inner.RunAsync(new WatchedServer(server, watch), cancellation);

        public void VisitState(IStateVisitor visitor) => inner.VisitState(visitor);
    }
}
