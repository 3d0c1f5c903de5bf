namespace Rubato.Models;

/// <summary>The function between the layers of a multilayer perceptron.</summary>
public enum MlpActivation
{
    /// <summary><see cref="Models.Relu"/>.</summary>
    Relu,

    /// <summary><see cref="Models.Gelu"/>.</summary>
    Gelu,

    /// <summary><see cref="Models.Tanh"/>.</summary>
    Tanh,

    /// <summary><see cref="Models.Sigmoid"/>.</summary>
    Sigmoid,
}
