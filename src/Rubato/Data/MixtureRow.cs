using Rubato.Numerics;

namespace Rubato.Data;

/// <summary>An endless row of independent draws: with a probability from a stretch of one's own, else from all samples.</summary>
/// <param name="own">The stretch.</param>
/// <param name="count">The number of all samples.</param>
/// <param name="probability">How often a draw is from the stretch.</param>
/// <param name="random">The stream below which each block of draws has its own.</param>
internal sealed class MixtureRow(Range own, int count, double probability, RandomStream random) : ISampleRow
{
    // A stream of its own for every draw would be most of the work.
    private const int Block = 256;

    private readonly (int Offset, int Length) _own = own.GetOffsetAndLength(count);
    private readonly int[] _draws = new int[Block];
    private long _block = -1;

    public int PoolSize => probability == 1 ? _own.Length : count;

    public void Read(long position, Span<int> samples)
    {
        while (!samples.IsEmpty)
        {
            (long block, long offset) = Math.DivRem(position, Block);
            if (block != _block) Draw(block);
            int length = Math.Min(samples.Length, Block - (int)offset);
            _draws.AsSpan((int)offset, length).CopyTo(samples);
            samples = samples[length..];
            position += length;
        }
    }

    private void Draw(long block)
    {
        RandomStream draws = random.Split("block", block);
        foreach (ref int draw in _draws.AsSpan())
            draw = draws.NextDouble() < probability ? _own.Offset + draws.NextInt32(_own.Length) : draws.NextInt32(count);
        _block = block;
    }
}
