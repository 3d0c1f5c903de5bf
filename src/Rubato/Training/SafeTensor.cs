namespace Rubato.Training;

/// <summary>One tensor of a safetensors file: single-precision floats of some shape, or one 64-bit counter (shape [], type I64).</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Shape">The dimensions, row-major.</param>
/// <param name="Floats">The elements; empty for a counter.</param>
/// <param name="Counter">The counter, or null for floats.</param>
internal sealed record SafeTensor(string Name, IReadOnlyList<int> Shape, ReadOnlyMemory<float> Floats, long? Counter)
{
    /// <summary>A tensor of floats; a vector where no shape is given.</summary>
    public static SafeTensor Of(string name, ReadOnlyMemory<float> floats, IReadOnlyList<int>? shape = null) =>
        new(name, shape ?? [floats.Length], floats, null);

    /// <summary>A single counter.</summary>
    public static SafeTensor Of(string name, long counter) => new(name, [], default, counter);

    /// <summary>The name of the element type in the file.</summary>
    public string Type => Counter is null ? "F32" : "I64";

    /// <summary>The bytes it takes in the file.</summary>
    public long Bytes => Counter is null ? (long)Floats.Length * sizeof(float) : sizeof(long);
}
