using System.ComponentModel;

namespace Rubato.Models;

/// <summary>A small convolutional network: convolution, max pooling and ReLU for each entry of <see cref="Channels"/>, then one hidden dense layer.</summary>
public sealed record CnnOptions
{
    /// <summary>The channels of the convolutions joined by <c>x</c>; default 16x32.</summary>
    [Description("Channels of the convolutions joined by x; each is followed by 2x2 max pooling.")]
    public string Channels
    {
        get;
        init
        {
            LayerWidths.Parse(value, nameof(Channels), allowNone: false);
            field = value;
        }
    } = "16x32";

    /// <summary>The width and height of each convolution's kernel, odd; default 3.</summary>
    [Description("Width and height of the kernels, an odd number from 1 to 15.")]
    public int Kernel
    {
        get;
        init => field = value is >= 1 and <= 15 && value % 2 == 1 ? value : throw new ArgumentOutOfRangeException(nameof(Kernel), value,
            $"The kernel is {value} wide, but it must be an odd number from 1 to 15. Use 3 or 5.");
    } = 3;

    /// <summary>The width of the hidden dense layer; at least 1, default 64.</summary>
    [Description("Width of the hidden dense layer, at least 1.")]
    public int Hidden
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Hidden), value,
            $"The hidden layer is {value} wide, but the smallest is 1. Use 64, for example.");
    } = 64;
}
