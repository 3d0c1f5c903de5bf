using System.ComponentModel;

namespace Rubato.Models;

/// <summary>A multilayer perceptron over embeddings of the categorical features and the dense features as they are.</summary>
public sealed record EmbeddingMlpOptions
{
    /// <summary>Elements of an embedding; 1 to 4096, default 8.</summary>
    [Description("Elements of an embedding, 1 to 4096.")]
    public int Width
    {
        get;
        init => field = value is >= 1 and <= 4096 ? value : throw new ArgumentOutOfRangeException(nameof(Width), value,
            $"An embedding is {value} wide, but 1 to 4096 are possible. Use width=8.");
    } = 8;

    /// <summary>The widths of the hidden layers joined by <c>x</c>, or <c>none</c>; default 48x24.</summary>
    [Description("Widths of the hidden layers joined by x, or none.")]
    public string Hidden
    {
        get;
        init
        {
            LayerWidths.Parse(value, nameof(Hidden), allowNone: true);
            field = value;
        }
    } = "48x24";
}
