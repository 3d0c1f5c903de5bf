namespace Rubato.Tests.Strategies;

/// <summary>Serial SGD that follows a ledger: the model that a run must have ended with, if its ledger tells the truth.</summary>
internal static class Replay
{
    /// <summary>Applies the ledger's gradients, each computed on the parameters of its own staleness ago.</summary>
    /// <param name="job">The job that was run, on one server or in agreement.</param>
    /// <param name="applied">Its ledger.</param>
    /// <param name="sizeOf">How many lines from this one on make one update.</param>
    public static float[] Follow(TestJob job, IReadOnlyList<AppliedGradient> applied, Func<AppliedGradient, int> sizeOf)
    {
        float[] x = [.. Enumerable.Range(0, job.Length).Select(j => 0.1f * j - 0.7f)];
        var history = new List<float[]> { x.ToArray() };
        var sgd = new MomentumSgd(job.Length, job.Momentum);
        var gradient = new float[job.Length];
        long samples = 0;
        for (int i = 0; i < applied.Count;)
        {
            AppliedGradient[] update = [.. applied.Skip(i).Take(sizeOf(applied[i]))];
            Assert.Equal(update.Select(line => line.Worker).Distinct().Order(), update.Select(line => line.Worker));
            Assert.Single(update.Select(line => line.Staleness).Distinct());
            var mean = new float[job.Length];
            for (int k = 0; k < update.Length; k++)
            {
                TestWorker.GradientOf(job.Seed, update[k].Batch, history[^(1 + update[k].Staleness)], gradient);
                for (int j = 0; j < mean.Length; j++) mean[j] = k == 0 ? gradient[j] : mean[j] + gradient[j];
            }
            if (update.Length > 1)
                for (int j = 0; j < mean.Length; j++) mean[j] *= 1f / update.Length;
            float rate = TestCluster.LearningRateAt(samples);
            if (update.Length < job.Workers) rate = (float)(rate * ((double)update.Length / job.Workers));
            sgd.Step(x, mean, rate);
            history.Add(x.ToArray());
            samples += update.Sum(line => line.Samples);
            i += update.Length;
        }
        return x;
    }
}
