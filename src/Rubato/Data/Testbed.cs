using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>The testbed T1: ten classes of three Gaussian clusters each in 32 dimensions, 8,000 samples to train and 2,000 to test.</summary>
/// <remarks>
/// Centres are drawn from N(0, I), a sample is its centre + noise · N(0, I). Clusters take turns, so that every class has its share of both parts. A
/// network with two hidden layers of 64 reaches about 0.975 at noise 1 and 0.935 at noise 1.2 in ten epochs of plain SGD; a linear model 0.87 and 0.79.
/// </remarks>
internal static class Testbed
{
    public const int Classes = 10, Dimensions = 32, TrainSamples = 8000, TestSamples = 2000;
    private const int Clusters = 3 * Classes;

    public static Dataset Make(TestbedOptions options)
    {
        var random = RandomStream.Create(unchecked((ulong)options.Seed), "testbed t1");
        var centres = new float[Clusters * Dimensions];
        foreach (ref float coordinate in centres.AsSpan()) coordinate = (float)random.NextNormal();
        return Dataset.Of("t1", Draw(TrainSamples, centres, options.Noise, random.Split("train")), Draw(TestSamples, centres, options.Noise, random.Split("test")));
    }

    private static SampleSet Draw(int samples, float[] centres, double noise, RandomStream random)
    {
        var features = new float[samples * Dimensions];
        var labels = new int[samples];
        for (int sample = 0; sample < samples; sample++)
        {
            int cluster = sample % Clusters;
            labels[sample] = cluster % Classes;
            for (int j = 0; j < Dimensions; j++)
                features[sample * Dimensions + j] = centres[cluster * Dimensions + j] + (float)(noise * random.NextNormal());
        }
        return SampleSet.FromArrays(features, labels, new SampleShape(Dimensions));
    }
}
