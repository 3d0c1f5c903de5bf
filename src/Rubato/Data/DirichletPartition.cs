using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>Each worker's label shares are drawn from a Dirichlet distribution.</summary>
/// <remarks>
/// Hsu, Qi and Brown, "Measuring the Effects of Non-Identical Data Distribution for Federated Visual Classification", arXiv:1909.06335,
/// section 3. A label's concentration is α × classes × its share of the data: α for every label of a balanced set, and tending to iid as α grows.
/// Workers draw one sample each in turn, so pools differ in size by one at most, and when labels run out the remaining ones are spread
/// over all workers, not left to the last. Logarithms come from the platform, so another operating system may deal differently.
/// </remarks>
internal sealed record DirichletPartition(double Alpha) : Partition
{
    public override string ToString() => $"dirichlet:{Text(Alpha)}";

    internal override SampleDeal DealSamples(SampleSet train, int workers, ulong seed) => SampleDeal.Own(Pools(train, workers, seed), seed);

    internal int[][] Pools(SampleSet train, int workers, ulong seed)
    {
        RequireLabels(train);
        RequireSamples(train, workers, "workers");
        RandomStream random = RandomStream.Create(seed, "dirichlet");
        Stack<int>[] left = SamplesByLabel(train, random.Split("samples"));
        double[] concentrations = [.. left.Select(samples => Alpha * left.Length * samples.Count / train.Count)];
        LabelDraw[] draws = [.. Enumerable.Range(0, workers).Select(w => new LabelDraw(concentrations, random.Split("worker", w)))];

        var pools = new int[workers][];
        for (int w = 0; w < workers; w++) pools[w] = new int[LabelOrder.EvenShare(train.Count, workers, w)];
        for (int i = 0; i < train.Count; i++) pools[i % workers][i / workers] = left[draws[i % workers].Next(left)].Pop();
        return pools;
    }

    private static Stack<int>[] SamplesByLabel(SampleSet train, RandomStream random)
    {
        int[] order = [.. Enumerable.Range(0, train.Count)];
        random.Shuffle(order.AsSpan());
        var byLabel = new Stack<int>[train.Classes];
        for (int label = 0; label < byLabel.Length; label++) byLabel[label] = [];
        foreach (int sample in order) byLabel[train.LabelOf(sample)].Push(sample);
        return [.. byLabel.Where(samples => samples.Count > 0)];
    }

    /// <summary>One worker's label shares, and draws of labels from them among those not yet used up.</summary>
    private sealed class LabelDraw
    {
        private readonly RandomStream _random;
        private readonly double[] _logShares;   // not normalised
        private readonly double[] _cumulative;
        private bool _stale = true;

        public LabelDraw(double[] concentrations, RandomStream random)
        {
            _random = random;
            _logShares = [.. concentrations.Select(concentration => LogGamma(random, concentration))];
            _cumulative = new double[concentrations.Length];
        }

        public int Next(Stack<int>[] left)
        {
            while (true)
            {
                if (_stale) Accumulate(left);
                double at = _random.NextDouble() * _cumulative[^1];
                // The first label whose cumulative share lies above the draw has a share above zero.
                int label = Array.FindIndex(_cumulative, sum => sum > at);
                if (left[label].Count > 0) return label;
                _stale = true;
            }
        }

        // Relative to the largest share that is left, so that no underflow can make all of them zero.
        private void Accumulate(Stack<int>[] left)
        {
            double largest = double.NegativeInfinity, sum = 0;
            for (int label = 0; label < left.Length; label++)
                if (left[label].Count > 0) largest = Math.Max(largest, _logShares[label]);
            for (int label = 0; label < left.Length; label++)
                _cumulative[label] = sum += left[label].Count > 0 ? Math.Exp(_logShares[label] - largest) : 0;
            _stale = false;
        }

        // Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; in logarithms, since small shapes give values near zero.
        private static double LogGamma(RandomStream random, double shape)
        {
            if (shape < 1) return LogGamma(random, shape + 1) + Math.Log(1 - random.NextDouble()) / shape;
            double d = shape - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
            while (true)
            {
                double x = random.NextNormal(), root = 1 + c * x;
                if (root <= 0) continue;
                double v = root * root * root;
                if (Math.Log(1 - random.NextDouble()) < 0.5 * x * x + d - d * v + d * Math.Log(v)) return Math.Log(d * v);
            }
        }
    }
}
