namespace Rubato.Numerics;

/// <summary>The extents of a two-dimensional convolution over images stored channels × height × width.</summary>
/// <param name="InputChannels">Channels of the input; at least 1.</param>
/// <param name="Height">Rows of the input; at least 1.</param>
/// <param name="Width">Columns of the input; at least 1.</param>
/// <param name="OutputChannels">Channels of the output, which is the number of filters; at least 1.</param>
/// <param name="Kernel">Rows and columns of a filter; at least 1, at most what padded rows and columns hold.</param>
/// <param name="Stride">Pixels between two applications of a filter; at least 1.</param>
/// <param name="Padding">Zero pixels around the image; 0 or more.</param>
public readonly record struct ConvolutionShape(
    int InputChannels, int Height, int Width, int OutputChannels, int Kernel, int Stride, int Padding)
{
    /// <summary>Rows of the output.</summary>
    public int OutputHeight => (Height + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>Columns of the output.</summary>
    public int OutputWidth => (Width + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>Elements of one sample's input.</summary>
    public int InputLength => InputChannels * Height * Width;

    /// <summary>Elements of one sample's output.</summary>
    public int OutputLength => OutputChannels * OutputHeight * OutputWidth;

    /// <summary>Elements of all filters, shape [OutputChannels, InputChannels, Kernel, Kernel].</summary>
    public int FilterLength => OutputChannels * PatchLength;

    /// <summary>Floats of scratch memory that each of the three operations takes, for any number of samples.</summary>
    public int ScratchLength => PatchLength * ColumnStride + FilterLength;

    /// <summary>Input elements under a filter.</summary>
    internal int PatchLength => InputChannels * Kernel * Kernel;

    /// <summary>Pixels of an output channel.</summary>
    internal int OutputPlane => OutputHeight * OutputWidth;

    /// <summary>
    /// Floats between two rows of the patch matrix: whole cache lines, and an odd number of them, since rows a power of two apart
    /// would all compete for the same few lines of the first-level cache.
    /// </summary>
    internal int ColumnStride => ((OutputPlane + 15) / 16 | 1) * 16;

    /// <summary>Whether the patches are the input itself: 1×1 filters at every pixel.</summary>
    internal bool IsPointwise => Kernel == 1 && Stride == 1 && Padding == 0;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{InputChannels}x{Height}x{Width} to {OutputChannels} channels, kernel {Kernel}, stride {Stride}, padding {Padding}";

    /// <summary>Refuses extents that describe no convolution.</summary>
    /// <exception cref="ArgumentException">An extent is out of its range, or the filter is larger than the padded image.</exception>
    internal void Check()
    {
        if (InputChannels < 1 || Height < 1 || Width < 1 || OutputChannels < 1)
            throw new ArgumentException($"A convolution of {this}, has an empty image or no channels. Channels, height and width are at least 1.");
        if (Kernel < 1 || Stride < 1 || Padding < 0)
            throw new ArgumentException($"A convolution of {this}, is impossible. Kernel and stride are at least 1, padding is at least 0.");
        if (Kernel > Math.Min(Height, Width) + 2 * Padding)
        {
            throw new ArgumentException(
                $"A kernel of {Kernel} does not fit an image of {Height} × {Width} with padding {Padding}. "
                + $"Use a kernel of at most {Math.Min(Height, Width) + 2 * Padding}, or more padding.");
        }
    }
}
