using System.IO.Compression;
using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>The built-in data set: 1,797 handwritten digits of 8 × 8 pixels with 17 levels.</summary>
/// <remarks>
/// The test part of "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998, CC BY 4.0.
/// The resource <c>digits.br</c> is Brotli over 65 planes of 1,797 bytes: pixel 0 (0 to 16) of every sample in published order, pixel 1, …
/// pixel 63 (row by row), and last the digits; a plane of one pixel compresses better than a row of one sample.
/// Split into 1,437 samples to train and 360 to test: of the samples, shuffled once and for all and then sorted by digit, evenly spaced ones
/// are tested, so each digit has its share of both parts to within one sample.
/// Features are (pixel − 4.884) / 6.017, with mean and deviation of the whole set.
/// </remarks>
internal static class Digits
{
    public const int Samples = 1797, Pixels = 64, TestSamples = 360, Classes = 10;
    private const float Mean = 4.884f, Deviation = 6.017f;

    public static Dataset Load()
    {
        (byte[] pixels, int[] digits) = Decode();
        var all = new ByteSampleSet(pixels, Outcomes.OfLabels(digits), new SampleShape(1, 8, 8), PixelScaling.Standardise([Mean], [Deviation], maximum: 1));
        (int[] train, int[] test) = Split(all);
        return new Dataset { Name = "digits", Train = all.Subset(train), Test = all.Subset(test), Classes = Classes };
    }

    /// <summary>The pixels, shape [1797, 64], and the digits, in published order.</summary>
    public static (byte[] Pixels, int[] Digits) Decode()
    {
        var planes = new byte[Samples * (Pixels + 1)];
        using Stream resource = typeof(Digits).Assembly.GetManifestResourceStream("Rubato.Data.digits.br")
            ?? throw new InvalidOperationException("The assembly lacks its resource Rubato.Data.digits.br. Rebuild it from the sources.");
        using var brotli = new BrotliStream(resource, CompressionMode.Decompress);
        brotli.ReadExactly(planes);

        var pixels = new byte[Samples * Pixels];
        var digits = new int[Samples];
        for (int sample = 0; sample < Samples; sample++)
        {
            for (int pixel = 0; pixel < Pixels; pixel++) pixels[sample * Pixels + pixel] = planes[pixel * Samples + sample];
            digits[sample] = planes[Pixels * Samples + sample];
        }
        return (pixels, digits);
    }

    private static (int[] Train, int[] Test) Split(SampleSet all)
    {
        int[] order = [.. Enumerable.Range(0, all.Count)];
        RandomStream.Create(1998, "digits").Shuffle(order.AsSpan());
        order = LabelOrder.Sort(all, order);
        List<int> train = [], test = [];
        for (int i = 0; i < order.Length; i++)
        {
            bool tested = (i + 1) * TestSamples / order.Length > i * TestSamples / order.Length;
            (tested ? test : train).Add(order[i]);
        }
        train.Sort();
        test.Sort();
        return ([.. train], [.. test]);
    }
}
