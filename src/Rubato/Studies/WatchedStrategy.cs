using Rubato.Numerics;
using Rubato.Strategies;

namespace Rubato.Studies;

/// <summary>A strategy under watch: does what another does, and tells a <see cref="FaultWatch"/> of every step and every line of the ledger.</summary>
internal sealed record WatchedStrategy(StrategyDefinition Inner, FaultWatch Watch) : WrappedStrategy(Inner)
{
    public override IServerProgram CreateServer(int index, int workers) => new WatchedProgram(Inner.CreateServer(index, workers), Watch);

    protected override IStrategy Wrap(IStrategy inner) => new WatchedWorker(inner, Watch);

    private sealed class WatchedWorker(IStrategy inner, FaultWatch watch) : WrappedWorker(inner)
    {
        public override async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
        {
            watch.Begins(worker.Rank);
            try
            {
                await Inner.StepAsync(worker, cancellation);
            }
            catch
            {
                // Whoever fails binds the others no longer.
                watch.Leaves(worker.Rank);
                throw;
            }
            watch.Completes(worker.Rank, worker.Step, worker.Parameters.Span);
        }

        public override ValueTask LeaveAsync(Worker worker, CancellationToken cancellation)
        {
            watch.Leaves(worker.Rank);
            return Inner.LeaveAsync(worker, cancellation);
        }
    }

    private sealed class WatchedProgram(IServerProgram inner, FaultWatch watch) : IServerProgram
    {
        public void Prepare(Server server) => inner.Prepare(server);

        public Task RunAsync(Server server, CancellationToken cancellation) => inner.RunAsync(new WatchedServer(server, watch), cancellation);

        public void VisitState(IStateVisitor visitor) => inner.VisitState(visitor);
    }
}
