using System.Globalization;
using Rubato.Numerics;

namespace Rubato.Models;

/// <summary>Collects the parameter blocks of a model while its layers are bound, each with its initial values.</summary>
public sealed class LayoutBuilder
{
    private readonly List<(ParameterBlock Block, Initializer Initializer)> _entries;
    private readonly string _prefix;

    /// <summary>Starts an empty layout.</summary>
    public LayoutBuilder() : this([], "")
    {
    }

    private LayoutBuilder(List<(ParameterBlock, Initializer)> entries, string prefix) => (_entries, _prefix) = (entries, prefix);

    /// <summary>The number of elements so far.</summary>
    public int Length => _entries.Count == 0 ? 0 : checked(_entries[^1].Block.Offset + _entries[^1].Block.Length);

    /// <summary>Adds a block behind the ones before it.</summary>
    /// <param name="name">Unique in the layer, for example <c>weight</c>; the layer's place in the model is put before it.</param>
    /// <param name="shape">Its dimensions, row-major.</param>
    /// <param name="initializer">Its initial values.</param>
    /// <param name="isStatistic">Whether it is a running statistic; see <see cref="ParameterBlock"/>.</param>
    /// <param name="isTable">Whether it is an embedding table.</param>
    public ParameterBlock Add(string name, IReadOnlyList<int> shape, Initializer initializer, bool isStatistic = false, bool isTable = false)
    {
        var block = new ParameterBlock(_prefix + name, Length, shape, isStatistic, isTable);
        _entries.Add((block, initializer));
        return block;
    }

    /// <summary>A builder of the same layout that puts <c>name.</c> before the names of the blocks it adds.</summary>
    public LayoutBuilder Under(string name) => new(_entries, $"{_prefix}{name}.");

    /// <summary>The layout of the blocks added so far.</summary>
    public ParameterLayout Build() => new(_entries.Select(entry => entry.Block));

    /// <summary>Writes every block's initial values, each from a stream split off by the block's name.</summary>
    public void Initialize(Span<float> parameters, RandomStream random)
    {
        foreach ((ParameterBlock block, Initializer initializer) in _entries)
            initializer(block.In(parameters), random.Split(block.Name));
    }

    internal static string Place(int index, Layer layer) => index.ToString(CultureInfo.InvariantCulture) + "." + layer.Name;
}
