using Rubato.Strategies;
using Rubato.Studies;

namespace Rubato.Tests.Training;

/// <summary>A strategy that does what another does until one worker's step, which fails in the chosen way.</summary>
internal sealed record FaultyStrategy(StrategyDefinition Inner, int worker, long step, FaultyStrategy.Fault Way = FaultyStrategy.Fault.Throw)
    : WrappedStrategy(Inner)
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

    protected override IStrategy Wrap(IStrategy inner) => new FaultyWorker(inner, this);

    private sealed class FaultyWorker(IStrategy inner, FaultyStrategy definition) : WrappedWorker(inner)
    {
        public override async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
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
            await Inner.StepAsync(worker, cancellation);
        }

        private static async void ThrowLater()
        {
            await Task.Yield();
            throw new InvalidTimeZoneException("nobody awaits the boiler");
        }
    }
}
