namespace Rubato.Models;

/// <summary>The usual initial values.</summary>
public static class Initializers
{
    /// <summary>Every element the same.</summary>
    public static Initializer Constant(float value) => (values, _) => values.Fill(value);

    /// <summary>Normal with mean 0 and the given standard deviation.</summary>
    public static Initializer Normal(double deviation) => (values, random) =>
    {
        foreach (ref float value in values) value = (float)(deviation * random.NextNormal());
    };

    /// <summary>Normal with variance 2 / inputs: keeps the variance through layers that are followed by ReLU.</summary>
    /// <remarks>He et al., "Delving deep into rectifiers", ICCV 2015, arXiv:1502.01852, equation 10.</remarks>
    /// <param name="inputs">How many inputs one output sums over (fan-in).</param>
    public static Initializer He(int inputs) => Normal(Math.Sqrt(2.0 / Math.Max(1, inputs)));

    /// <summary>Normal with variance 2 / (inputs + outputs): keeps the variance in both directions through layers that are about linear.</summary>
    /// <remarks>Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010, equation 12.</remarks>
    /// <param name="inputs">How many inputs one output sums over (fan-in).</param>
    /// <param name="outputs">How many outputs one input feeds (fan-out).</param>
    public static Initializer Glorot(int inputs, int outputs) => Normal(Math.Sqrt(2.0 / Math.Max(1, inputs + outputs)));

    internal static Initializer Of(WeightInitialization choice, int inputs, int outputs) => choice switch
    {
        WeightInitialization.He => He(inputs),
        WeightInitialization.Glorot => Glorot(inputs, outputs),
        WeightInitialization.Zero => Constant(0),
        _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, $"There is no initialization {(int)choice}. Use He, Glorot or Zero."),
    };
}
