namespace Rubato.Models;

/// <summary>The way round a residual block that changes the shape.</summary>
public enum ResNetShortcut
{
    /// <summary><see cref="PadShortcut"/>, the paper's option A: no parameters.</summary>
    Pad,

    /// <summary>A 1×1 convolution, the paper's option B.</summary>
    Projection,
}
