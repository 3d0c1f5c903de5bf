using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>Is the digit even or odd? Ten Gaussian classes in 32 dimensions, labelled by their parity: 4,000 samples to train and 1,000 to test.</summary>
/// <remarks>
/// The mean of a class is N(0, (0.6 · j^−½)²) in dimension j = 1 … 32, and a sample N(0, j^−1) around it. For logistic regression the optimum lies well inside,
/// at a loss of about 0.4. Samples stand in the order of the tasks (see <see cref="ParityTasks"/>), as many of each, and are the same under either.
/// </remarks>
internal static class Parity
{
    public const int Dimensions = 32, TrainSamples = 4000, TestSamples = 1000;
    private const int Digits = 10;

    public static Dataset Make(ParityOptions options)
    {
        var random = RandomStream.Create(unchecked((ulong)options.Seed), "parity");
        var means = new float[Digits * Dimensions];
        for (int i = 0; i < means.Length; i++) means[i] = (float)(0.6 * Deviation(i % Dimensions) * random.NextNormal());
        SampleSet train = Draw(TrainSamples, means, options.Tasks, random.Split("train"));
        return Dataset.Of("parity", train, options.Exam == ExamPart.Train ? train : Draw(TestSamples, means, options.Tasks, random.Split("test")));
    }

    private static double Deviation(int dimension) => 1 / Math.Sqrt(dimension + 1);

    private static SampleSet Draw(int samples, float[] means, ParityTasks tasks, RandomStream random)
    {
        var features = new float[samples * Dimensions];
        var labels = new int[samples];
        int ofEach = samples / Digits;
        for (int digit = 0; digit < Digits; digit++)
        {
            for (int i = 0; i < ofEach; i++)
            {
                int place = PlaceOf(digit, i, ofEach, tasks);
                labels[place] = digit % 2;
                for (int j = 0; j < Dimensions; j++)
                    features[place * Dimensions + j] = means[digit * Dimensions + j] + (float)(Deviation(j) * random.NextNormal());
            }
        }
        return SampleSet.FromArrays(features, labels, new SampleShape(Dimensions));
    }

    // Task 5a + b has a fifth of digit 2a and a fifth of digit 2b + 1: the even one's goes to b = 0 … 4, the odd one's to a = 0 … 4.
    private static int PlaceOf(int digit, int i, int ofEach, ParityTasks tasks)
    {
        if (tasks == ParityTasks.Classes) return digit * ofEach + i;
        int part = ofEach / 5, fifth = i / part, half = digit / 2;
        int task = digit % 2 == 0 ? 5 * half + fifth : 5 * fifth + half;
        return task * 2 * part + digit % 2 * part + i % part;
    }
}
