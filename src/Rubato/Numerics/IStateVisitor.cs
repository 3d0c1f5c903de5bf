namespace Rubato.Numerics;

/// <summary>Is shown the fields of an <see cref="IStateful"/>: a checkpoint writer, a reader, a hash, a comparison.</summary>
public interface IStateVisitor
{
    /// <summary>A vector of the state; a reader overwrites its elements.</summary>
    void Vector(string name, Span<float> values);

    /// <summary>A counter or another whole number of the state; a reader overwrites it.</summary>
    void Counter(string name, ref long value);

    /// <summary>Opens a part of the state whose field names are its own, for example an optimizer inside a server.</summary>
    void Part(string name, IStateful part);
}
