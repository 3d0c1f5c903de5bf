using System.ComponentModel;

namespace Rubato.Models;

/// <summary>The 20-layer residual network for small images.</summary>
public sealed record ResNetOptions
{
    /// <summary>What normalizes after each convolution; default group norm.</summary>
    [Description("What normalizes after each convolution.")]
    public ResNetNorm Norm { get; init; } = ResNetNorm.Group;

    /// <summary>The groups of each group norm, a divisor of 16; default 4. Batch norm has no groups.</summary>
    [Description("Groups of each group norm: 1, 2, 4, 8 or 16; batch norm has none.")]
    public int Groups
    {
        get;
        init => field = value >= 1 && 16 % value == 0 ? value : throw new ArgumentOutOfRangeException(nameof(Groups), value,
            $"There are {value} groups, but they must divide the first stage's 16 channels. Use 1, 2, 4, 8 or 16.");
    } = 4;

    /// <summary>The way round a block that changes the shape; default the paper's option A.</summary>
    [Description("The way round a block that changes the shape.")]
    public ResNetShortcut Shortcut { get; init; } = ResNetShortcut.Pad;
}
