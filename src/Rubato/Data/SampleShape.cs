namespace Rubato.Data;

/// <summary>The shape of one sample's features: channels × height × width, stored in that order; a plain vector is n × 1 × 1.</summary>
public readonly record struct SampleShape(int Channels, int Height = 1, int Width = 1)
{
    /// <summary>The number of features.</summary>
    public int Size => Channels * Height * Width;

    /// <inheritdoc/>
    public override string ToString() => Height == 1 && Width == 1 ? $"{Channels}" : $"{Channels}x{Height}x{Width}";
}
