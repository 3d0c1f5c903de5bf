using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>A stream of clicks: 6 categorical features of 400 Zipf-distributed values each and 8 Gaussian ones, clicked or not as a random network says; 20,000 samples to test.</summary>
/// <remarks>
/// Value k = 1 … 400 of a field has probability ∝ 1/k, and row 400 · field + k − 1. The teacher knows each value by an embedding e of 8 elements from
/// N(0, 1): with z the dense features and all six embeddings (56 elements), P(clicked) = σ(2.2 · bᵀ tanh(Aᵀ z / √56) / √(Σ b²) · √2), A of shape [56, 32]
/// from N(0, 1.5²) and b from N(0, 1). So the label is a draw, not a function of the features, and the best loss is far above 0.
/// </remarks>
internal static class ClickStream
{
    public const int Fields = 6, ValuesPerField = 400, DenseFeatures = 8, TestSamples = 20_000;
    private const int EmbeddingWidth = 8, Hidden = 32, Inputs = DenseFeatures + Fields * EmbeddingWidth;
    private const double FirstScale = 1.5, LogitScale = 2.2;

    public static Dataset Make(ClickOptions options)
    {
        var random = RandomStream.Create(unchecked((ulong)options.Seed), "clicks");
        var teacher = new Teacher(random.Split("teacher"));
        return Dataset.Of("clicks", Draw(options.Samples, teacher, random.Split("train")), Draw(TestSamples, teacher, random.Split("test")));
    }

    private static FloatSampleSet Draw(int samples, Teacher teacher, RandomStream random)
    {
        double[] upTo = ZipfSums();
        var features = new float[samples * DenseFeatures];
        var rows = new int[samples * Fields];
        var labels = new int[samples];
        for (int sample = 0; sample < samples; sample++)
        {
            Span<float> dense = features.AsSpan(sample * DenseFeatures, DenseFeatures);
            Span<int> categories = rows.AsSpan(sample * Fields, Fields);
            for (int j = 0; j < DenseFeatures; j++) dense[j] = (float)random.NextNormal();
            for (int field = 0; field < Fields; field++)
            {
                int at = Array.BinarySearch(upTo, random.NextDouble() * upTo[^1]);
                categories[field] = field * ValuesPerField + Math.Min(at < 0 ? ~at : at, ValuesPerField - 1);
            }
            labels[sample] = random.NextDouble() < teacher.ProbabilityOf(dense, categories) ? 1 : 0;
        }
        return new FloatSampleSet(features, Outcomes.OfLabels(labels), new SampleShape(DenseFeatures), rows, Fields * ValuesPerField);
    }

    private static double[] ZipfSums()
    {
        var sums = new double[ValuesPerField];
        for (int k = 0; k < ValuesPerField; k++) sums[k] = (k > 0 ? sums[k - 1] : 0) + 1.0 / (k + 1);
        return sums;
    }

    private sealed class Teacher
    {
        private readonly double[] _dense;      // A's rows of the dense features over √56, shape [8, 32]
        private readonly double[] _embedded;   // what each value adds to the hidden units, shape [2400, 32]
        private readonly double[] _output;     // b with all scales, shape [32]

        public Teacher(RandomStream random)
        {
            double[] first = [.. Enumerable.Range(0, Inputs * Hidden).Select(_ => FirstScale * random.NextNormal() / Math.Sqrt(Inputs))];
            _dense = first[..(DenseFeatures * Hidden)];
            _embedded = new double[Fields * ValuesPerField * Hidden];
            for (int row = 0; row < Fields * ValuesPerField; row++)
            {
                int start = (DenseFeatures + row / ValuesPerField * EmbeddingWidth) * Hidden;
                for (int e = 0; e < EmbeddingWidth; e++)
                {
                    double value = random.NextNormal();
                    for (int h = 0; h < Hidden; h++) _embedded[row * Hidden + h] += value * first[start + e * Hidden + h];
                }
            }
            _output = [.. Enumerable.Range(0, Hidden).Select(_ => random.NextNormal())];
            double norm = Math.Sqrt(_output.Sum(b => b * b));
            for (int h = 0; h < Hidden; h++) _output[h] *= LogitScale * Math.Sqrt(2) / norm;
        }

        public double ProbabilityOf(ReadOnlySpan<float> dense, ReadOnlySpan<int> categories)
        {
            Span<double> hidden = stackalloc double[Hidden];
            hidden.Clear();
            for (int j = 0; j < dense.Length; j++)
                for (int h = 0; h < Hidden; h++) hidden[h] += dense[j] * _dense[j * Hidden + h];
            foreach (int row in categories)
                for (int h = 0; h < Hidden; h++) hidden[h] += _embedded[row * Hidden + h];
            double logit = 0;
            for (int h = 0; h < Hidden; h++) logit += _output[h] * Math.Tanh(hidden[h]);
            return 1 / (1 + Math.Exp(-logit));
        }
    }
}
