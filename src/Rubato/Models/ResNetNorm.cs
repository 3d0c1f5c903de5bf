namespace Rubato.Models;

/// <summary>What normalizes after each convolution of a residual network.</summary>
public enum ResNetNorm
{
    /// <summary><see cref="GroupNorm"/>: no dependence on the mini-batch.</summary>
    Group,

    /// <summary><see cref="BatchNorm"/>: as in the paper; needs mini-batches that are not tiny.</summary>
    Batch,
}
