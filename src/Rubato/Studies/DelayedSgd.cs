using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;

namespace Rubato.Studies;

/// <summary>Serial SGD whose every gradient was computed on the parameters of a fixed number of updates ago: staleness and nothing else.</summary>
/// <remarks>Testbed T1 at noise 1.2, network 32-64-64-10, batch 32, 15 epochs, the rate divided by five after 60 % and again after 85 % of them.</remarks>
internal static class DelayedSgd
{
    private const int BatchSize = 32, Epochs = 15;

    /// <summary>Test accuracies, shape [rates, ages]: means over the seeds. A training that diverged has the accuracy that it has.</summary>
    public static double[,] Accuracies(double[] rates, int[] ages, IReadOnlyList<ulong> seeds, CancellationToken cancellation)
    {
        Dataset data = DatasetCatalog.Load("t1:noise=1.2");
        IModel model = ModelCatalog.All.Create(Specification.Parse("mlp:hidden=64x64"))(data);
        var accuracies = new double[rates.Length, ages.Length];
        var cases = from row in Enumerable.Range(0, rates.Length) from column in Enumerable.Range(0, ages.Length) select (row, column);
        Parallel.ForEach(cases, new ParallelOptions { CancellationToken = cancellation }, one =>
            accuracies[one.row, one.column] = seeds.Average(seed => Train(data, model, rates[one.row], ages[one.column], seed, cancellation)));
        return accuracies;
    }

    private static double Train(Dataset data, IModel model, double rate, int age, ulong seed, CancellationToken cancellation)
    {
        int length = model.Layout.Length, steps = Epochs * data.Train.Count / BatchSize;
        // A ring of the last versions: the newest is x, the oldest what gradients are computed on.
        var versions = new float[age + 1][];
        for (int i = 0; i <= age; i++) versions[i] = new float[length];
        var x = new float[length];
        model.Initialize(x, RandomStream.Create(seed, "initial parameters"));
        foreach (float[] version in versions) x.CopyTo(version, 0);

        SampleDeal deal = Partition.Parse("iid").Deal(data.Train, 1, seed);
        int[] samples = new int[BatchSize];
        var batch = new Batch();
        var gradient = new float[length];
        var pass = new GradientPass { Random = RandomStream.Create(seed, "gradient") };
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            deal.Read(0, step, samples);
            data.Train.Read(samples, batch);
            float[] old = versions[step % (age + 1)];
            if (!double.IsFinite(model.ComputeGradient(old, batch, gradient, pass))) return 0;
            double factor = step >= 0.85 * steps ? 0.04 : step >= 0.6 * steps ? 0.2 : 1;
            for (int j = 0; j < length; j++) x[j] -= (float)(rate * factor) * gradient[j];
            // The oldest version has served; its place becomes the newest's.
            x.CopyTo(old, 0);
        }
        int[] all = [.. Enumerable.Range(0, data.Test.Count)];
        data.Test.Read(all, batch);
        return model.Evaluate(x, batch).Accuracy;
    }
}
