using Rubato.Numerics;
using Rubato.Strategies;

namespace Rubato.Tests.Training;

/// <summary>A strategy that does what another does until one worker's step, which fails in the chosen way.</summary>
internal sealed record FaultyStrategy(StrategyDefinition Inner, int worker, long step, FaultyStrategy.Fault Way = FaultyStrategy.Fault.Throw)
    : StrategyDefinition
{
    public enum Fault
    {
        /// <summary>StepAsync throws.</summary>
        Throw,

        /// <summary>A method that nobody awaits throws.</summary>
        ThrowUnawaited,

        /// <summary>A step computes two gradients.</summary>
        ComputeTwice,

        /// <summary>StepAsync goes through the thread pool.</summary>
        LeaveTheLoop,

        /// <summary>StepAsync never ends by itself.</summary>
        Stall,
    }

    public override ModelHome ModelHome => Inner.ModelHome;

    public override bool WorkersHaveState => Inner.WorkersHaveState;

    public override bool SurvivesLostWorkers => Inner.SurvivesLostWorkers;

    public override BatchAssignment AssignmentFor(int workers) => Inner.AssignmentFor(workers);

    public override int BatchesPerStep(int workers) => Inner.BatchesPerStep(workers);

    public override int StepsPerUpdate => Inner.StepsPerUpdate;

    public override int ServersFor(int workers) => Inner.ServersFor(workers);

    public override IServerProgram CreateServer(int index, int workers) => Inner.CreateServer(index, workers);

    public override IStrategy CreateWorker(int workers) => new FaultyWorker(Inner.CreateWorker(workers), this);

    private sealed class FaultyWorker(IStrategy inner, FaultyStrategy definition) : IStrategy
    {
        public ValueTask StartAsync(Worker worker, CancellationToken cancellation) => inner.StartAsync(worker, cancellation);

        public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
        {
            if (worker.Rank == definition.worker && worker.Step == definition.step)
            {
                if (definition.Way == Fault.Throw) throw new InvalidTimeZoneException("the boiler burst");
                if (definition.Way == Fault.Stall) await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
                // Long enough not to be over before it is awaited.
                if (definition.Way == Fault.LeaveTheLoop) await Task.Run(() => Thread.Sleep(100), cancellation);
                else if (definition.Way == Fault.ThrowUnawaited) ThrowLater();
                else await worker.ComputeGradientAsync(cancellation);
            }
            await inner.StepAsync(worker, cancellation);
        }

        public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => inner.DrainAsync(worker, cancellation);

        public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => inner.LeaveAsync(worker, cancellation);

        public void VisitState(IStateVisitor visitor) => inner.VisitState(visitor);

        private static async void ThrowLater()
        {
            await Task.Yield();
            throw new InvalidTimeZoneException("nobody awaits the boiler");
        }
    }
}
