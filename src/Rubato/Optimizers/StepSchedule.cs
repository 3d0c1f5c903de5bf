using System.ComponentModel;

namespace Rubato.Optimizers;

/// <summary>The rate is multiplied by a factor every so many epochs: factor^⌊epoch / every⌋.</summary>
public sealed record StepSchedule : LearningRateSchedule
{
    /// <summary>Epochs between two drops; above 0, default 30.</summary>
    [Description("Epochs between two drops, above 0.")]
    public double Every
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Every), value,
            $"The rate drops every {value} epochs, but that must be above 0. Use 30, for example.");
    } = 30;

    /// <summary>What the rate is multiplied by at each drop; above 0 to 1, default 0.1.</summary>
    [Description("What the rate is multiplied by at each drop, above 0 and at most 1.")]
    public double Factor
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Factor), value,
            $"The rate is multiplied by {value} at each drop, but that must be above 0 and at most 1. Use 0.1, for example.");
    } = 0.1;

    /// <inheritdoc/>
    protected override double ShapeAt(double epoch, double totalEpochs) => Math.Pow(Factor, Math.Floor(epoch / Every));
}
