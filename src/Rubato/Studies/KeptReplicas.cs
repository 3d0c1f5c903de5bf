using Rubato.Numerics;
using Rubato.Strategies;

namespace Rubato.Studies;

/// <summary>A strategy that does what another does and keeps every worker's replica as it was when it left.</summary>
internal sealed record KeptReplicas(StrategyDefinition Inner, float[][] Replicas) : StrategyDefinition
{
    public override ModelHome ModelHome => Inner.ModelHome;

    public override bool WorkersHaveState => Inner.WorkersHaveState;

    public override bool SurvivesLostWorkers => Inner.SurvivesLostWorkers;

    public override BatchAssignment AssignmentFor(int workers) => Inner.AssignmentFor(workers);

    public override int BatchesPerStep(int workers) => Inner.BatchesPerStep(workers);

    public override int StepsPerUpdate => Inner.StepsPerUpdate;

    public override int ServersFor(int workers) => Inner.ServersFor(workers);

    public override void Validate(int workers) => Inner.Validate(workers);

    public override IStrategy CreateWorker(int workers) => new Keeper(Inner.CreateWorker(workers), Replicas);

    public override IServerProgram CreateServer(int index, int workers) => Inner.CreateServer(index, workers);

    /// <summary>The root of the replicas' mean squared distance from their mean, over the norm of that mean.</summary>
    public double Spread()
    {
        double[] mean = new double[Replicas[0].Length];
        foreach (float[] replica in Replicas)
            for (int j = 0; j < mean.Length; j++) mean[j] += (double)replica[j] / Replicas.Length;
        double squares = Replicas.Sum(replica => replica.Select((value, j) => (value - mean[j]) * (value - mean[j])).Sum());
        return Math.Sqrt(squares / Replicas.Length) / Math.Sqrt(mean.Sum(value => value * value));
    }

    private sealed class Keeper(IStrategy inner, float[][] replicas) : IStrategy
    {
        public ValueTask StartAsync(Worker worker, CancellationToken cancellation) => inner.StartAsync(worker, cancellation);

        public ReadOnlyMemory<float> ModelOf(Worker worker) => inner.ModelOf(worker);

        public ValueTask StepAsync(Worker worker, CancellationToken cancellation) => inner.StepAsync(worker, cancellation);

        public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => inner.DrainAsync(worker, cancellation);

        public async ValueTask LeaveAsync(Worker worker, CancellationToken cancellation)
        {
            await inner.LeaveAsync(worker, cancellation);
            replicas[worker.Rank] = worker.Parameters.ToArray();
        }

        public void VisitState(IStateVisitor visitor) => inner.VisitState(visitor);
    }
}
