using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>What pooling layers share: a square window that moves over each channel on its own, without padding.</summary>
public abstract class Pool2d : Layer
{
    private protected Pool2d(int window)
    {
        if (window < 1) throw new ArgumentOutOfRangeException(nameof(window), window, $"A pooling window is {window} wide, but the smallest is 1.");
        Window = Stride = window;
    }

    /// <summary>Width and height of the window.</summary>
    public int Window { get; }

    /// <summary>Steps between two places of the window; at least 1, default the window's width. A rest at the right or lower edge is left out.</summary>
    public int Stride
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Stride), value,
            $"A pooling stride is {value}, but the smallest is 1.");
    }

    private protected SampleShape Pooled(SampleShape input)
    {
        if (input.Height < Window || input.Width < Window)
        {
            throw new InvalidRequestException(
                $"A {Window}x{Window} pooling window does not fit over a sample of shape {input} (channels x height x width). "
                + "Use images at least as large as the window, or a model of dense layers.");
        }
        return new SampleShape(input.Channels, (input.Height - Window) / Stride + 1, (input.Width - Window) / Stride + 1);
    }
}
