namespace Rubato.Optimizers;

/// <summary>The base learning rate throughout, after the warm-up.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    /// <inheritdoc/>
    protected override double ShapeAt(double epoch, double totalEpochs) => 1;
}
