namespace Rubato.Numerics;

/// <summary>Two-dimensional convolutions (cross-correlations, as all training engines mean the word) and their gradients.</summary>
/// <remarks>
/// Images are stored sample × channel × row × column, filters [outChannels, inChannels, kernel, kernel]; there is no bias. Each sample's
/// patches are laid out as a matrix (<see cref="PatchMatrix"/>) in the caller's scratch memory and multiplied by the filters
/// (<see cref="Gemm"/>). A sample's output and input gradient do not depend on the other samples of the batch, to the bit.
/// </remarks>
public static class Convolution
{
    /// <summary>output ← input * filter.</summary>
    /// <param name="s">The extents.</param>
    /// <param name="samples">Images in the batch; 0 or more.</param>
    /// <param name="input">Shape [samples, InputChannels, Height, Width].</param>
    /// <param name="filter">Shape [OutputChannels, InputChannels, Kernel, Kernel].</param>
    /// <param name="output">Shape [samples, OutputChannels, OutputHeight, OutputWidth]; overwritten.</param>
    /// <param name="scratch"><see cref="ConvolutionShape.ScratchLength"/> floats; what they hold before and after does not matter.</param>
    /// <exception cref="ArgumentException">The shape describes no convolution, or a span is too short.</exception>
    public static void Forward(
        in ConvolutionShape s, int samples, ReadOnlySpan<float> input, ReadOnlySpan<float> filter, Span<float> output, Span<float> scratch)
    {
        Check(s, samples, input.Length, filter.Length, output.Length, scratch.Length);
        for (int sample = 0; sample < samples; sample++)
        {
            ReadOnlySpan<float> image = input.Slice(sample * s.InputLength, s.InputLength);
            ReadOnlySpan<float> patches = PatchesOf(s, image, scratch, out int stride);
            Gemm.Multiply(
                Transpose.No, Transpose.No, s.OutputChannels, s.OutputPlane, s.PatchLength,
                filter, s.PatchLength, patches, stride, 0, output.Slice(sample * s.OutputLength, s.OutputLength), s.OutputPlane);
        }
    }

    /// <summary>inputGradient ← the loss's gradient by the input, given that by the output.</summary>
    /// <param name="s">The extents.</param>
    /// <param name="samples">Images in the batch; 0 or more.</param>
    /// <param name="outputGradient">Shape [samples, OutputChannels, OutputHeight, OutputWidth].</param>
    /// <param name="filter">Shape [OutputChannels, InputChannels, Kernel, Kernel].</param>
    /// <param name="inputGradient">Shape [samples, InputChannels, Height, Width]; overwritten.</param>
    /// <param name="scratch"><see cref="ConvolutionShape.ScratchLength"/> floats; what they hold before and after does not matter.</param>
    /// <exception cref="ArgumentException">The shape describes no convolution, or a span is too short.</exception>
    public static unsafe void InputGradient(
        in ConvolutionShape s, int samples, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> filter,
        Span<float> inputGradient, Span<float> scratch)
    {
        Check(s, samples, inputGradient.Length, filter.Length, outputGradient.Length, scratch.Length);
        for (int sample = 0; sample < samples; sample++)
        {
            Span<float> image = inputGradient.Slice(sample * s.InputLength, s.InputLength);
            Span<float> patches = s.IsPointwise ? image : scratch;
            int stride = s.IsPointwise ? s.OutputPlane : s.ColumnStride;
            Gemm.Multiply(
                Transpose.Yes, Transpose.No, s.PatchLength, s.OutputPlane, s.OutputChannels,
                filter, s.PatchLength, outputGradient.Slice(sample * s.OutputLength, s.OutputLength), s.OutputPlane, 0, patches, stride);
            if (s.IsPointwise) continue;
            fixed (float* source = scratch, target = image) new PatchMatrix(s).Scatter(source, target);
        }
    }

    /// <summary>filterGradient ← the loss's gradient by the filters, summed over the samples.</summary>
    /// <param name="s">The extents.</param>
    /// <param name="samples">Images in the batch; with 0 the gradient is zero.</param>
    /// <param name="input">Shape [samples, InputChannels, Height, Width].</param>
    /// <param name="outputGradient">Shape [samples, OutputChannels, OutputHeight, OutputWidth].</param>
    /// <param name="filterGradient">Shape [OutputChannels, InputChannels, Kernel, Kernel]; overwritten.</param>
    /// <param name="scratch"><see cref="ConvolutionShape.ScratchLength"/> floats; what they hold before and after does not matter.</param>
    /// <exception cref="ArgumentException">The shape describes no convolution, or a span is too short.</exception>
    public static unsafe void FilterGradient(
        in ConvolutionShape s, int samples, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient,
        Span<float> filterGradient, Span<float> scratch)
    {
        Check(s, samples, input.Length, filterGradient.Length, outputGradient.Length, scratch.Length);
        filterGradient = filterGradient[..s.FilterLength];
        if (samples == 0)
        {
            filterGradient.Clear();
            return;
        }

        // The transposed gradient, patches · outputGradientᵀ: the many patches are then read as they are, and only the few output
        // channels are repacked.
        Span<float> transposed = scratch.Slice(s.ScratchLength - s.FilterLength, s.FilterLength);
        for (int sample = 0; sample < samples; sample++)
        {
            ReadOnlySpan<float> image = input.Slice(sample * s.InputLength, s.InputLength);
            ReadOnlySpan<float> patches = PatchesOf(s, image, scratch, out int stride);
            Gemm.Multiply(
                Transpose.No, Transpose.Yes, s.PatchLength, s.OutputChannels, s.OutputPlane,
                patches, stride, outputGradient.Slice(sample * s.OutputLength, s.OutputLength), s.OutputPlane,
                sample == 0 ? 0 : 1, transposed, s.OutputChannels);
        }
        fixed (float* source = transposed, target = filterGradient)
            GemmPacking.Transpose(source, s.OutputChannels, s.PatchLength, s.OutputChannels, target, s.PatchLength);
    }

    private static unsafe ReadOnlySpan<float> PatchesOf(in ConvolutionShape s, ReadOnlySpan<float> image, Span<float> scratch, out int stride)
    {
        if (s.IsPointwise)
        {
            stride = s.OutputPlane;
            return image;
        }
        stride = s.ColumnStride;
        fixed (float* source = image, target = scratch) new PatchMatrix(s).Gather(source, target);
        return scratch;
    }

    private static void Check(in ConvolutionShape s, int samples, int input, int filter, int output, int scratch)
    {
        s.Check();
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        CheckLength("input", input, (long)samples * s.InputLength);
        CheckLength("filter", filter, s.FilterLength);
        CheckLength("output", output, (long)samples * s.OutputLength);
        CheckLength("scratch", scratch, s.ScratchLength);
    }

    private static void CheckLength(string what, int length, long needed)
    {
        if (length < needed)
            throw new ArgumentException($"The {what} of the convolution takes {needed} elements, but the span has {length}. Pass a longer span.");
    }
}
