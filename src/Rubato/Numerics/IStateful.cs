namespace Rubato.Numerics;

/// <summary>Something whose state can be saved, restored, compared and hashed without knowing what it is.</summary>
public interface IStateful
{
    /// <summary>Shows every field of the state to the visitor, always in the same order and under the same names.</summary>
    /// <remarks>One declaration serves saving and restoring: the visitor may read or overwrite what it is shown.</remarks>
    void VisitState(IStateVisitor visitor);
}
