namespace Rubato.Models;

/// <summary>How a layer's weights begin; biases begin at zero.</summary>
public enum WeightInitialization
{
    /// <summary><see cref="Initializers.He"/>: the default, for layers followed by ReLU or GELU.</summary>
    He,

    /// <summary><see cref="Initializers.Glorot"/>: for output layers and layers followed by tanh or sigmoid.</summary>
    Glorot,

    /// <summary>All zero: for convex models, where it is the natural start.</summary>
    Zero,
}
