namespace Rubato.Data;

/// <summary>An endless row of sample numbers: a pure function of the position, so that it can be read from anywhere.</summary>
internal interface ISampleRow
{
    /// <summary>The number of different samples in it.</summary>
    int PoolSize { get; }

    /// <summary>Copies the numbers that stand at <paramref name="position"/> and after it.</summary>
    void Read(long position, Span<int> samples);
}
