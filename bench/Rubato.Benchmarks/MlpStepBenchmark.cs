using System.Diagnostics;
using System.Runtime.InteropServices;
using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;
using Rubato.Optimizers;

namespace Rubato.Benchmarks;

/// <summary>A training step of the mlp 784-256-128-10 at batch 64 (gradient and SGD) against the matrix products in it, both in turn in the same run.</summary>
internal static class MlpStepBenchmark
{
    private const int Repeats = 41;
    private const int StepsPerTurn = 20;
    private const int Samples = 64;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly int[] Widths = [784, 256, 128, 10];

    public static Task<int> RunAsync(string[] arguments)
    {
        var model = new Sequential(
            new SampleShape(Widths[0]), new SoftmaxCrossEntropy(), new Dense(Widths[1]), new Relu(), new Dense(Widths[2]), new Relu(), new Dense(Widths[3]));
        int length = model.Layout.Length;
        float[] parameters = new float[length], gradient = new float[length];
        var random = RandomStream.Create(1, "mlp benchmark");
        model.Initialize(parameters, random);
        var batch = new Batch();
        batch.Reshape(Samples, Widths[0]);
        foreach (ref float feature in batch.Features) feature = random.NextSingle();
        foreach (ref int label in batch.Labels) label = random.NextInt32(Widths[^1]);
        Optimizer optimizer = new Sgd().Create(length, []);
        var pass = new GradientPass { Random = random };
        // The products read and write buffers of their own, and leave the model's alone.
        float[] products = new float[length], activations = new float[3 * Samples * Widths.Max()];

        void Step()
        {
            model.ComputeGradient(parameters, batch, gradient, pass);
            optimizer.Step(parameters, gradient, 0.01f);
        }

        // Until the optimizing compiler, which works beside us, is through with every method of a step.
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < WarmUp) Step();

        double[][] seconds = Timing.Alternate(
            Repeats,
            () =>
            {
                for (int i = 0; i < StepsPerTurn; i++) Step();
            },
            () =>
            {
                for (int i = 0; i < StepsPerTurn; i++) Products(batch.Features, parameters, products, activations);
            });
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < StepsPerTurn; i++) Step();
        double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)StepsPerTurn;

        double step = Timing.Median(seconds[0]) / StepsPerTurn, bound = Timing.Median(seconds[1]) / StepsPerTurn;
        double flops = 2.0 * Samples * (2 * Widths[0] * Widths[1] + 3 * (Widths[1] * Widths[2] + Widths[2] * Widths[3]));
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, mlp {string.Join('-', Widths)}, batch {Samples}, {Repeats} repeats");
        Console.WriteLine($"step            {step * 1e6,9:F1} µs  {flops / step / 1e9,7:F1} GFLOP/s");
        Console.WriteLine($"products alone  {bound * 1e6,9:F1} µs  {flops / bound / 1e9,7:F1} GFLOP/s");
        Console.WriteLine($"ratio           {bound / step,9:F2}     (aim 0.5 or more)");
        Console.WriteLine($"allocated       {bytes,9:F0} bytes a step (aim 0)");
        return Task.FromResult(0);
    }

    // The eight products of a step: three forward, three by the weights, two by the inputs.
    private static void Products(ReadOnlySpan<float> features, ReadOnlySpan<float> parameters, Span<float> gradient, Span<float> activations)
    {
        int widest = activations.Length / 3, offset = 0;
        for (int layer = 1; layer < Widths.Length; layer++)
        {
            int inputs = Widths[layer - 1], outputs = Widths[layer];
            ReadOnlySpan<float> input = layer == 1 ? features : activations.Slice((layer - 1) % 3 * widest, Samples * inputs);
            Span<float> output = activations.Slice(layer % 3 * widest, Samples * outputs);
            ReadOnlySpan<float> weight = parameters.Slice(offset, inputs * outputs);
            Gemm.Multiply(Transpose.No, Transpose.Yes, Samples, outputs, inputs, input, inputs, weight, inputs, 0, output, outputs);
            Gemm.Multiply(Transpose.Yes, Transpose.No, outputs, inputs, Samples, output, outputs, input, inputs, 0, gradient.Slice(offset, inputs * outputs), inputs);
            if (layer > 1)
                Gemm.Multiply(Transpose.No, Transpose.No, Samples, inputs, outputs, output, outputs, weight, inputs, 0, activations.Slice((layer + 1) % 3 * widest, Samples * inputs), inputs);
            offset += inputs * outputs + outputs;
        }
    }
}
