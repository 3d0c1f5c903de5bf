using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>Gaussian inputs of 64 dimensions and falling variance, labelled by a random network: 16,384 samples to train and 4,000 to test.</summary>
/// <remarks>
/// x_j ~ N(0, (2 · j^−0.4)²) for j = 1 … 64; the label is argmax_c (Bᵀ tanh(Aᵀ x)) with A of shape [64, 24] from N(0, ¼²) and B of shape [24, 10] from N(0, 1).
/// A hard task on purpose: a student of like size overfits, so the training loss tells optimizers apart and the test accuracy hardly does.
/// </remarks>
internal static class TeacherTask
{
    public const int Classes = 10, Dimensions = 64, TrainSamples = 16_384, TestSamples = 4000;
    private const int Hidden = 24;

    public static Dataset Make(TeacherOptions options)
    {
        var random = RandomStream.Create(unchecked((ulong)options.Seed), "teacher");
        float[] first = Normals(random, Dimensions * Hidden, 0.25), second = Normals(random, Hidden * Classes, 1);
        SampleSet train = Draw(TrainSamples, first, second, random.Split("train"));
        return Dataset.Of("teacher", train, options.Exam == ExamPart.Train ? train : Draw(TestSamples, first, second, random.Split("test")));
    }

    private static float[] Normals(RandomStream random, int count, double deviation) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(deviation * random.NextNormal()))];

    private static SampleSet Draw(int samples, float[] first, float[] second, RandomStream random)
    {
        double[] deviations = [.. Enumerable.Range(1, Dimensions).Select(j => 2 * Math.Pow(j, -0.4))];
        var features = new float[samples * Dimensions];
        var labels = new int[samples];
        for (int sample = 0; sample < samples; sample++)
        {
            Span<float> x = features.AsSpan(sample * Dimensions, Dimensions);
            for (int j = 0; j < Dimensions; j++) x[j] = (float)(deviations[j] * random.NextNormal());
            labels[sample] = LabelOf(x, first, second);
        }
        return SampleSet.FromArrays(features, labels, new SampleShape(Dimensions));
    }

    private static int LabelOf(ReadOnlySpan<float> x, float[] first, float[] second)
    {
        Span<double> scores = stackalloc double[Classes];
        scores.Clear();
        for (int h = 0; h < Hidden; h++)
        {
            double sum = 0;
            for (int j = 0; j < x.Length; j++) sum += x[j] * first[j * Hidden + h];
            double activation = Math.Tanh(sum);
            for (int c = 0; c < Classes; c++) scores[c] += activation * second[h * Classes + c];
        }
        int best = 0;
        for (int c = 1; c < Classes; c++)
            if (scores[c] > scores[best]) best = c;
        return best;
    }
}
