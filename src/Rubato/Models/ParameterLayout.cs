namespace Rubato.Models;

/// <summary>Names the blocks of a model's flat parameter vector, in order and without gaps.</summary>
public sealed class ParameterLayout
{
    /// <summary>Creates a layout.</summary>
    /// <exception cref="ArgumentException">A block does not start where the one before it ends, or a name stands twice.</exception>
    public ParameterLayout(IEnumerable<ParameterBlock> blocks)
    {
        Blocks = [.. blocks];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ParameterBlock block in Blocks)
        {
            if (block.Offset != Length)
                throw new ArgumentException($"Block '{block.Name}' starts at {block.Offset}, but the blocks before it end at {Length}. Lay blocks end to end.");
            if (!names.Add(block.Name)) throw new ArgumentException($"Two blocks are named '{block.Name}'. Give each its own name.");
            Length += block.Length;
        }
    }

    /// <summary>The blocks in order of their offsets.</summary>
    public IReadOnlyList<ParameterBlock> Blocks { get; }

    /// <summary>The number of elements of the whole vector (d).</summary>
    public int Length { get; }

    /// <summary>The stretches of running statistics inside <c>[offset, offset + length)</c>, relative to <paramref name="offset"/>.</summary>
    public IEnumerable<Range> StatisticsWithin(int offset, int length)
    {
        foreach (ParameterBlock block in Blocks.Where(block => block.IsStatistic))
        {
            int start = Math.Max(block.Offset, offset), end = Math.Min(block.Offset + block.Length, offset + length);
            if (start < end) yield return (start - offset)..(end - offset);
        }
    }
}
