using System.Numerics.Tensors;

namespace Rubato.Numerics;

/// <summary>
/// The matrix of an image's patches: row (channel, y, x) of the filter, column (row, column) of the output; rows stand
/// <see cref="ConvolutionShape.ColumnStride"/> apart.
/// </summary>
internal static class PatchMatrix
{
    /// <summary>patches ← the image's elements under each filter element, zero where the padding lies (im2col).</summary>
    public static void Gather(in ConvolutionShape s, ReadOnlySpan<float> image, Span<float> patches)
    {
        int plane = s.Height * s.Width, row = 0;
        bool shifts = PlanesShift(s);
        for (int channel = 0; channel < s.InputChannels; channel++)
        {
            ReadOnlySpan<float> source = image.Slice(channel * plane, plane);
            for (int y = 0; y < s.Kernel; y++)
            {
                for (int x = 0; x < s.Kernel; x++, row++)
                {
                    Span<float> target = patches.Slice(row * s.ColumnStride, s.OutputPlane);
                    if (shifts) GatherPlane(s, source, y - s.Padding, x - s.Padding, target);
                    else GatherRows(s, source, y - s.Padding, x - s.Padding, target);
                }
            }
        }
    }

    /// <summary>image ← the sum of each pixel's elements over all patches (col2im); <paramref name="patches"/> is spoilt.</summary>
    public static void Scatter(in ConvolutionShape s, Span<float> patches, Span<float> image)
    {
        int plane = s.Height * s.Width, row = 0;
        bool shifts = PlanesShift(s);
        image.Clear();
        for (int channel = 0; channel < s.InputChannels; channel++)
        {
            Span<float> target = image.Slice(channel * plane, plane);
            for (int y = 0; y < s.Kernel; y++)
            {
                for (int x = 0; x < s.Kernel; x++, row++)
                {
                    Span<float> source = patches.Slice(row * s.ColumnStride, s.OutputPlane);
                    if (shifts) ScatterPlane(s, source, y - s.Padding, x - s.Padding, target);
                    else ScatterRows(s, source, y - s.Padding, x - s.Padding, target);
                }
            }
        }
    }

    // Where output and input planes are equal in size, a filter element sees the input plane moved by (down, right): one copy.
    private static bool PlanesShift(in ConvolutionShape s) => s.Stride == 1 && s.Kernel == 2 * s.Padding + 1;

    private static void GatherPlane(in ConvolutionShape s, ReadOnlySpan<float> source, int down, int right, Span<float> target)
    {
        int shift = down * s.Width + right, start = Math.Clamp(-shift, 0, target.Length), end = Math.Clamp(target.Length - shift, start, target.Length);
        target[..start].Clear();
        if (end > start) source.Slice(start + shift, end - start).CopyTo(target[start..]);
        target[end..].Clear();
        ClearWrapped(target, s.Width, right);
    }

    private static void ScatterPlane(in ConvolutionShape s, Span<float> source, int down, int right, Span<float> target)
    {
        int shift = down * s.Width + right, start = Math.Clamp(-shift, 0, source.Length), end = Math.Clamp(source.Length - shift, start, source.Length);
        if (end == start) return;
        ClearWrapped(source, s.Width, right);
        Span<float> sum = target.Slice(start + shift, end - start);
        TensorPrimitives.Add(sum, source[start..end], sum);
    }

    // The columns at the left or right edge into which a moved plane wraps from the neighbouring row.
    private static void ClearWrapped(Span<float> plane, int width, int right)
    {
        int first = right > 0 ? Math.Max(0, width - right) : 0, count = Math.Min(width, Math.Abs(right));
        for (int column = first; column < first + count; column++)
            for (int i = column; i < plane.Length; i += width) plane[i] = 0;
    }

    private static void GatherRows(in ConvolutionShape s, ReadOnlySpan<float> source, int top, int left, Span<float> target)
    {
        (int first, int end) = Inside(s.Width, s.OutputWidth, s.Stride, left);
        for (int oy = 0; oy < s.OutputHeight; oy++)
        {
            Span<float> row = target.Slice(oy * s.OutputWidth, s.OutputWidth);
            int iy = oy * s.Stride + top;
            if ((uint)iy >= (uint)s.Height || first >= end)
            {
                row.Clear();
                continue;
            }
            row[..first].Clear();
            ReadOnlySpan<float> pixels = source.Slice(iy * s.Width, s.Width);
            if (s.Stride == 1) pixels.Slice(first + left, end - first).CopyTo(row[first..]);
            else for (int ox = first, ix = first * s.Stride + left; ox < end; ox++, ix += s.Stride) row[ox] = pixels[ix];
            row[end..].Clear();
        }
    }

    private static void ScatterRows(in ConvolutionShape s, ReadOnlySpan<float> source, int top, int left, Span<float> target)
    {
        (int first, int end) = Inside(s.Width, s.OutputWidth, s.Stride, left);
        if (first >= end) return;
        for (int oy = 0; oy < s.OutputHeight; oy++)
        {
            int iy = oy * s.Stride + top;
            if ((uint)iy >= (uint)s.Height) continue;
            ReadOnlySpan<float> row = source.Slice(oy * s.OutputWidth, s.OutputWidth);
            Span<float> pixels = target.Slice(iy * s.Width, s.Width);
            if (s.Stride == 1)
            {
                Span<float> sum = pixels.Slice(first + left, end - first);
                TensorPrimitives.Add(sum, row[first..end], sum);
            }
            else
            {
                for (int ox = first, ix = first * s.Stride + left; ox < end; ox++, ix += s.Stride) pixels[ix] += row[ox];
            }
        }
    }

    // The output columns ox for which input column ox·stride + left lies inside the image.
    private static (int First, int End) Inside(int width, int outputWidth, int stride, int left)
    {
        int first = left >= 0 ? 0 : (-left + stride - 1) / stride;
        int end = left >= width ? 0 : (width - 1 - left) / stride + 1;
        return (Math.Min(first, outputWidth), Math.Min(end, outputWidth));
    }
}
