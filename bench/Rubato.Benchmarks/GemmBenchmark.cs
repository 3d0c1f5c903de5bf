using System.Runtime.InteropServices;
using Rubato.Numerics;

namespace Rubato.Benchmarks;

/// <summary>Single-core matrix products as a fraction of the FMA peak, both measured in turn in the same run.</summary>
internal static class GemmBenchmark
{
    private const int Repeats = 31;

    private static readonly (string Name, Transpose A, Transpose B, int M, int N, int K)[] Shapes =
    [
        ("square", Transpose.No, Transpose.No, 960, 960, 960),
        ("middling", Transpose.No, Transpose.No, 240, 512, 768),
        // mlp 784-256-128-10 at batch 64, weights [outputs, inputs]: forward, weight gradient, input gradient.
        ("mlp forward 1", Transpose.No, Transpose.Yes, 64, 256, 784),
        ("mlp forward 2", Transpose.No, Transpose.Yes, 64, 128, 256),
        ("mlp forward 3", Transpose.No, Transpose.Yes, 64, 10, 128),
        ("mlp weights 1", Transpose.Yes, Transpose.No, 256, 784, 64),
        ("mlp weights 2", Transpose.Yes, Transpose.No, 128, 256, 64),
        ("mlp weights 3", Transpose.Yes, Transpose.No, 10, 128, 64),
        ("mlp inputs 2", Transpose.No, Transpose.No, 64, 256, 128),
        ("mlp inputs 3", Transpose.No, Transpose.No, 64, 128, 10),
        ("digits forward 1", Transpose.No, Transpose.Yes, 16, 64, 64),
        ("digits forward 2", Transpose.No, Transpose.Yes, 16, 10, 64),
        ("digits weights 1", Transpose.Yes, Transpose.No, 64, 64, 16),
        // Convolutions of cnn on 28×28 and resnet20 on 32×32: filter · columns.
        ("conv 8x9", Transpose.No, Transpose.No, 8, 784, 9),
        ("conv 16x72", Transpose.No, Transpose.No, 16, 196, 72),
        ("conv 16x144", Transpose.No, Transpose.No, 16, 1024, 144),
        ("conv filter 16x144", Transpose.No, Transpose.Yes, 16, 144, 1024),
        ("conv 64x576", Transpose.No, Transpose.No, 64, 64, 576),
    ];

    public static Task<int> RunAsync(string[] arguments)
    {
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, vectors of {FmaPeak.Lanes} floats, "
            + $"{Repeats} repeats, peak and product in turn");
        Console.WriteLine($"{"",-20} {"A·B",-4} {"m",5} {"n",5} {"k",5} {"GFLOP/s",9} {"best",9} {"peak",9} {"of peak",8}");
        foreach (var shape in Shapes) Measure(shape);
        return Task.FromResult(0);
    }

    private static void Measure((string Name, Transpose A, Transpose B, int M, int N, int K) shape)
    {
        (string name, Transpose transposeA, Transpose transposeB, int m, int n, int k) = shape;
        var random = RandomStream.Create(1, "gemm benchmark");
        float[] a = Draw(random, m * k), b = Draw(random, k * n), c = new float[m * n];
        int lda = transposeA == Transpose.No ? k : m, ldb = transposeB == Transpose.No ? n : k;
        double flops = 2.0 * m * n * k;

        // Small products are repeated until a turn lasts long enough to be timed.
        int turns = (int)Math.Max(1, 4e7 / flops);
        const int rounds = 500_000;
        float sink = 0;
        double[][] seconds = Timing.Alternate(
            Repeats,
            () =>
            {
                for (int turn = 0; turn < turns; turn++) Gemm.Multiply(transposeA, transposeB, m, n, k, a, lda, b, ldb, 0, c, n);
            },
            () => sink += FmaPeak.Run(rounds));
        if (float.IsNaN(sink)) throw new InvalidOperationException("The peak's chains diverged.");

        double median = flops * turns / Timing.Median(seconds[0]) / 1e9, best = flops * turns / seconds[0][0] / 1e9;
        double peak = FmaPeak.Flops(rounds) / Timing.Median(seconds[1]) / 1e9;
        string transposes = (transposeA == Transpose.Yes ? "T" : "N") + (transposeB == Transpose.Yes ? "T" : "N");
        Console.WriteLine($"{name,-20} {transposes,-4} {m,5} {n,5} {k,5} {median,9:F1} {best,9:F1} {peak,9:F1} {median / peak,8:P1}");
    }

    private static float[] Draw(RandomStream random, int length)
    {
        var values = new float[length];
        for (int i = 0; i < length; i++) values[i] = random.NextSingle() - 0.5f;
        return values;
    }
}
