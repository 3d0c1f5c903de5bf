using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Rubato.Numerics;

/// <summary>
/// The matrix of an image's patches: row (channel, y, x) of the filter, column (row, column) of the output; rows stand
/// <see cref="ConvolutionShape.ColumnStride"/> apart.
/// </summary>
internal readonly unsafe struct PatchMatrix(ConvolutionShape s)
{
    private readonly int _outputHeight = s.OutputHeight, _outputWidth = s.OutputWidth, _outputPlane = s.OutputPlane, _rowStride = s.ColumnStride;

    // Where output and input planes are equal in size, a filter element sees the input plane moved by (down, right): one copy.
    private readonly bool _planesShift = s.Stride == 1 && s.Kernel == 2 * s.Padding + 1;

    /// <summary>patches ← the image's elements under each filter element, zero where the padding lies (im2col).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(float* image, float* patches)
    {
        for (int channel = 0; channel < s.InputChannels; channel++, image += s.Height * s.Width)
        {
            for (int y = 0; y < s.Kernel; y++)
            {
                for (int x = 0; x < s.Kernel; x++, patches += _rowStride)
                {
                    if (_planesShift) GatherPlane(image, y - s.Padding, x - s.Padding, patches);
                    else GatherBlock(image, y - s.Padding, x - s.Padding, patches);
                }
            }
        }
    }

    /// <summary>image ← the sum of each pixel's elements over all patches (col2im); <paramref name="patches"/> is spoilt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Scatter(float* patches, float* image)
    {
        new Span<float>(image, s.InputLength).Clear();
        for (int channel = 0; channel < s.InputChannels; channel++, image += s.Height * s.Width)
        {
            for (int y = 0; y < s.Kernel; y++)
            {
                for (int x = 0; x < s.Kernel; x++, patches += _rowStride)
                {
                    if (_planesShift) ScatterPlane(patches, y - s.Padding, x - s.Padding, image);
                    else ScatterBlock(patches, y - s.Padding, x - s.Padding, image);
                }
            }
        }
    }

    private void GatherPlane(float* image, int down, int right, float* patches)
    {
        int length = _outputPlane, shift = down * s.Width + right;
        int start = Math.Clamp(-shift, 0, length), end = Math.Clamp(length - shift, start, length);
        var target = new Span<float>(patches, length);
        target[..start].Clear();
        new ReadOnlySpan<float>(image + start + shift, end - start).CopyTo(target[start..]);
        target[end..].Clear();
        ClearWrapped(patches, right);
    }

    private void ScatterPlane(float* patches, int down, int right, float* image)
    {
        int length = _outputPlane, shift = down * s.Width + right;
        int start = Math.Clamp(-shift, 0, length), end = Math.Clamp(length - shift, start, length);
        ClearWrapped(patches, right);
        var sum = new Span<float>(image + start + shift, end - start);
        TensorPrimitives.Add(sum, new ReadOnlySpan<float>(patches + start, end - start), sum);
    }

    // The columns at the left or right edge into which a moved plane wraps from the neighbouring row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ClearWrapped(float* plane, int right)
    {
        int width = s.Width, first = right > 0 ? Math.Max(0, width - right) : 0, end = first + Math.Min(width, Math.Abs(right));
        for (int column = first; column < end; column++)
            for (float* at = plane + column, last = plane + _outputPlane; at < last; at += width) *at = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GatherBlock(float* image, int top, int left, float* patches)
    {
        (int firstRow, int endRow) = Inside(s.Height, _outputHeight, s.Stride, top);
        (int firstColumn, int endColumn) = Inside(s.Width, _outputWidth, s.Stride, left);
        int rows = endRow - firstRow, columns = endColumn - firstColumn;
        if (rows < _outputHeight || columns < _outputWidth) new Span<float>(patches, _outputPlane).Clear();
        if (rows <= 0 || columns <= 0) return;

        float* source = image + (firstRow * s.Stride + top) * s.Width + firstColumn * s.Stride + left;
        float* target = patches + firstRow * _outputWidth + firstColumn;
        if (s.Stride == 1)
        {
            GemmPacking.Copy(source, s.Width, rows, columns, target, _outputWidth);
            return;
        }
        for (int row = 0; row < rows; row++, source += s.Stride * s.Width, target += _outputWidth)
        {
            int column = s.Stride == 2 ? CopyEverySecond(source, columns, target) : 0;
            for (float* from = source + column * s.Stride; column < columns; column++, from += s.Stride) target[column] = *from;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ScatterBlock(float* patches, int top, int left, float* image)
    {
        (int firstRow, int endRow) = Inside(s.Height, _outputHeight, s.Stride, top);
        (int firstColumn, int endColumn) = Inside(s.Width, _outputWidth, s.Stride, left);
        int rows = endRow - firstRow, columns = endColumn - firstColumn;
        if (rows <= 0 || columns <= 0) return;

        float* target = image + (firstRow * s.Stride + top) * s.Width + firstColumn * s.Stride + left;
        float* source = patches + firstRow * _outputWidth + firstColumn;
        for (int row = 0; row < rows; row++, source += _outputWidth, target += s.Stride * s.Width)
        {
            int column = 0;
            if (s.Stride == 1 && Vector256.IsHardwareAccelerated)
                for (; column <= columns - 8; column += 8) (Vector256.Load(target + column) + Vector256.Load(source + column)).Store(target + column);
            float* to = target + column * s.Stride;
            for (; column < columns; column++, to += s.Stride) *to += source[column];
        }
    }

    // Stops where a whole vector's last, skipped element might lie beyond the image; returns how many were copied.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CopyEverySecond(float* source, int columns, float* target)
    {
        int column = 0;
        if (Avx2.IsSupported)
        {
            for (; column < columns - 8; column += 8)
            {
                Vector256<float> low = Vector256.Load(source + 2 * column), high = Vector256.Load(source + 2 * column + 8);
                Vector256<double> even = Avx.Shuffle(low, high, 0b10_00_10_00).AsDouble();   // halves of low and high alternate
                Avx2.Permute4x64(even, 0b11_01_10_00).AsSingle().Store(target + column);
            }
        }
        else if (AdvSimd.Arm64.IsSupported)
        {
            for (; column < columns - 4; column += 4)
                AdvSimd.Arm64.UnzipEven(Vector128.Load(source + 2 * column), Vector128.Load(source + 2 * column + 4)).Store(target + column);
        }
        return column;
    }

    // The output positions o for which o·stride + offset lies inside the image.
    private static (int First, int End) Inside(int extent, int outputExtent, int stride, int offset)
    {
        int first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
        int end = offset >= extent ? 0 : (extent - 1 - offset) / stride + 1;
        return (Math.Min(first, outputExtent), Math.Min(end, outputExtent));
    }
}
