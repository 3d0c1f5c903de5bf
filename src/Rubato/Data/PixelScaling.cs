namespace Rubato.Data;

/// <summary>How bytes become features: value = byte × scale + offset, one pair for each channel.</summary>
/// <param name="Scale">Shape [channels].</param>
/// <param name="Offset">Shape [channels].</param>
internal sealed record PixelScaling(float[] Scale, float[] Offset)
{
    /// <summary>(byte / maximum − mean) / deviation, with one mean and deviation a channel.</summary>
    public static PixelScaling Standardise(ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation, float maximum = 255)
    {
        var scale = new float[mean.Length];
        var offset = new float[mean.Length];
        for (int c = 0; c < mean.Length; c++)
        {
            scale[c] = 1 / (maximum * deviation[c]);
            offset[c] = -mean[c] / deviation[c];
        }
        return new PixelScaling(scale, offset);
    }

    /// <summary>Standardisation by the mean and deviation of each channel of the given images; a channel of one value only becomes 0.</summary>
    /// <param name="pixels">Shape [samples, channels, height × width].</param>
    /// <param name="shape">The shape of one image.</param>
    public static PixelScaling Measure(ReadOnlySpan<byte> pixels, SampleShape shape)
    {
        var counts = new long[shape.Channels, 256];
        int plane = shape.Height * shape.Width;
        for (int from = 0, channel = 0; from < pixels.Length; from += plane, channel = (channel + 1) % shape.Channels)
            foreach (byte pixel in pixels.Slice(from, plane)) counts[channel, pixel]++;

        var mean = new float[shape.Channels];
        var deviation = new float[shape.Channels];
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            double count = 0, sum = 0, squares = 0;
            for (int level = 0; level < 256; level++)
            {
                count += counts[channel, level];
                sum += (double)level * counts[channel, level];
                squares += (double)level * level * counts[channel, level];
            }
            double average = count == 0 ? 0 : sum / count, variance = count == 0 ? 0 : squares / count - average * average;
            mean[channel] = (float)(average / 255);
            deviation[channel] = variance > 0 ? (float)(Math.Sqrt(variance) / 255) : 1;
        }
        return Standardise(mean, deviation);
    }
}
