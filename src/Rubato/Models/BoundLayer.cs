using Rubato.Data;

namespace Rubato.Models;

/// <summary>A layer at its place in a model: shapes and parameter blocks are fixed, and it can be computed in both directions.</summary>
/// <remarks>
/// Holds no training state, so concurrent calls are safe as long as each has buffers of its own. All memory comes with the pass:
/// an implementation allocates nothing.
/// </remarks>
/// <param name="input">The shape of one sample that goes in.</param>
/// <param name="output">The shape of one sample that comes out.</param>
public abstract class BoundLayer(SampleShape input, SampleShape output)
{
    /// <summary>The shape of one sample that goes in.</summary>
    public SampleShape Input => input;

    /// <summary>The shape of one sample that comes out.</summary>
    public SampleShape Output => output;

    /// <summary>How many floats it keeps from <see cref="Forward"/> for <see cref="Backward"/>, besides input and output.</summary>
    public virtual int KeptLength(int samples) => 0;

    /// <summary>How many floats of scratch one call of either direction needs.</summary>
    public virtual int ScratchLength(int samples) => 0;

    /// <summary>Computes the output from the input; every element of the output is overwritten.</summary>
    public abstract void Forward(in ForwardPass pass);

    /// <summary>
    /// Computes the gradient by the input and by the layer's parameters; overwrites both, whatever they held. Called after a training
    /// <see cref="Forward"/> with the same input, output and kept values.
    /// </summary>
    public abstract void Backward(in BackwardPass pass);
}
