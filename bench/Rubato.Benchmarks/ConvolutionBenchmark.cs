using Rubato.Numerics;

namespace Rubato.Benchmarks;

/// <summary>Convolutions and their gradients as a fraction of the FMA peak, all measured in turn in the same run.</summary>
internal static class ConvolutionBenchmark
{
    private const int Repeats = 31;
    private const int Samples = 8;

    private static readonly (string Name, ConvolutionShape Shape)[] Shapes =
    [
        ("cnn 1", new(1, 28, 28, 8, 3, 1, 1)),
        ("cnn 2", new(8, 14, 14, 16, 3, 1, 1)),
        ("cnn 5x5", new(1, 28, 28, 16, 5, 1, 0)),
        ("resnet stem", new(3, 32, 32, 16, 3, 1, 1)),
        ("resnet 16", new(16, 32, 32, 16, 3, 1, 1)),
        ("resnet 32 down", new(16, 32, 32, 32, 3, 2, 1)),
        ("resnet 32", new(32, 16, 16, 32, 3, 1, 1)),
        ("resnet 64", new(64, 8, 8, 64, 3, 1, 1)),
        ("resnet 1x1", new(16, 32, 32, 32, 1, 2, 0)),
    ];

    public static Task<int> RunAsync(string[] arguments)
    {
        Console.WriteLine($"{Samples} images, {Repeats} repeats; GFLOP/s and fraction of the FMA peak");
        Console.WriteLine($"{"",-16} {"shape",-58} {"forward",16} {"input gradient",16} {"filter gradient",16}");
        foreach ((string name, ConvolutionShape shape) in Shapes) Measure(name, shape);
        return Task.FromResult(0);
    }

    private static void Measure(string name, ConvolutionShape s)
    {
        float[] input = Ones(Samples * s.InputLength), filter = Ones(s.FilterLength), output = Ones(Samples * s.OutputLength);
        float[] scratch = Ones(s.ScratchLength), inputGradient = Ones(input.Length), filterGradient = Ones(filter.Length);
        double flops = 2.0 * Samples * s.OutputLength * s.InputChannels * s.Kernel * s.Kernel;
        int turns = (int)Math.Max(1, 4e7 / flops);
        const int rounds = 500_000;
        double[][] seconds = Timing.Alternate(
            Repeats,
            () => Repeat(turns, () => Convolution.Forward(s, Samples, input, filter, output, scratch)),
            () => Repeat(turns, () => Convolution.InputGradient(s, Samples, output, filter, inputGradient, scratch)),
            () => Repeat(turns, () => Convolution.FilterGradient(s, Samples, input, output, filterGradient, scratch)),
            () => FmaPeak.Run(rounds));
        double peak = FmaPeak.Flops(rounds) / Timing.Median(seconds[3]);
        string Cell(int i)
        {
            double rate = flops * turns / Timing.Median(seconds[i]);
            return $"{rate / 1e9,9:F1} {rate / peak,6:P0}";
        }
        Console.WriteLine($"{name,-16} {s,-58} {Cell(0),16} {Cell(1),16} {Cell(2),16}");
    }

    private static void Repeat(int turns, Action action)
    {
        for (int turn = 0; turn < turns; turn++) action();
    }

    private static float[] Ones(int length)
    {
        var values = new float[length];
        Array.Fill(values, 1);
        return values;
    }
}
