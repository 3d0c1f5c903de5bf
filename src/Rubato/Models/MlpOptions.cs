using System.ComponentModel;

namespace Rubato.Models;

/// <summary>A multilayer perceptron.</summary>
public sealed record MlpOptions
{
    /// <summary>The widths of the hidden layers joined by <c>x</c>, or <c>none</c>; default 64x64.</summary>
    [Description("Widths of the hidden layers joined by x, or none.")]
    public string Hidden
    {
        get;
        init
        {
            LayerWidths.Parse(value, nameof(Hidden), allowNone: true);
            field = value;
        }
    } = "64x64";

    /// <summary>The function after each hidden layer; default ReLU.</summary>
    [Description("The function after each hidden layer.")]
    public MlpActivation Activation { get; init; } = MlpActivation.Relu;

    /// <summary>The probability with which an element after each hidden layer is dropped, from 0 to below 1; default 0.</summary>
    [Description("Probability with which an element after each hidden layer is dropped, from 0 to below 1.")]
    public float Dropout
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Dropout), value,
            $"The dropout is {value}, but it must be from 0 to below 1. Use 0.5 to drop half.");
    }
}
