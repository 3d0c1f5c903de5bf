using System.ComponentModel;

namespace Rubato.Models;

/// <summary>The 20-layer residual network for small images.</summary>
public sealed record ResNetOptions
{
    private readonly int? _groups;

    /// <summary>What normalizes after each convolution; default group norm.</summary>
    [Description("What normalizes after each convolution.")]
    public ResNetNorm Norm
    {
        get;
        init
        {
            if (value == ResNetNorm.Batch && _groups is { } groups) throw HasNoGroups(groups);
            field = value;
        }
    } = ResNetNorm.Group;

    /// <summary>The groups of each group norm, a divisor of 16; default 4. Batch norm has no groups and refuses them.</summary>
    [Description("Groups of each group norm: 1, 2, 4, 8 or 16; batch norm has none.")]
    public int Groups
    {
        get => _groups ?? 4;
        init
        {
            if (value < 1 || 16 % value != 0)
            {
                throw new ArgumentOutOfRangeException(nameof(Groups), value,
                    $"There are {value} groups, but they must divide the first stage's 16 channels. Use 1, 2, 4, 8 or 16.");
            }
            if (Norm == ResNetNorm.Batch) throw HasNoGroups(value);
            _groups = value;
        }
    }

    /// <summary>The way round a block that changes the shape; default the paper's option A.</summary>
    [Description("The way round a block that changes the shape.")]
    public ResNetShortcut Shortcut { get; init; } = ResNetShortcut.Pad;

    private static ArgumentException HasNoGroups(int groups) =>
        new($"There are {groups} groups, but batch norm has none. Leave out groups, or use norm=group.");
}
