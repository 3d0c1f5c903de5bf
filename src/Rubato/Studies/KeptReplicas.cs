using Rubato.Strategies;

namespace Rubato.Studies;

/// <summary>A strategy that does what another does and keeps every worker's replica as it was when it left.</summary>
internal sealed record KeptReplicas(StrategyDefinition Inner, float[][] Replicas) : WrappedStrategy(Inner)
{
    /// <summary>The root of the replicas' mean squared distance from their mean, over the norm of that mean.</summary>
    public double Spread()
    {
        double[] mean = new double[Replicas[0].Length];
        foreach (float[] replica in Replicas)
            for (int j = 0; j < mean.Length; j++) mean[j] += (double)replica[j] / Replicas.Length;
        double squares = Replicas.Sum(replica => replica.Select((value, j) => (value - mean[j]) * (value - mean[j])).Sum());
        return Math.Sqrt(squares / Replicas.Length) / Math.Sqrt(mean.Sum(value => value * value));
    }

    protected override IStrategy Wrap(IStrategy inner) => new Keeper(inner, Replicas);

    private sealed class Keeper(IStrategy inner, float[][] replicas) : WrappedWorker(inner)
    {
        public override async ValueTask LeaveAsync(Worker worker, CancellationToken cancellation)
        {
            await Inner.LeaveAsync(worker, cancellation);
            replicas[worker.Rank] = worker.Parameters.ToArray();
        }
    }
}
