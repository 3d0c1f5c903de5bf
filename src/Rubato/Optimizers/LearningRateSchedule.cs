namespace Rubato.Optimizers;

/// <summary>What the base learning rate is multiplied by as training proceeds.</summary>
/// <remarks>Progress is counted in samples applied, not in steps, so that one schedule means the same under every strategy.</remarks>
public abstract record LearningRateSchedule
{
    /// <summary>The factor at a point of the training.</summary>
    /// <param name="epoch">Samples applied so far, in epochs.</param>
    /// <param name="totalEpochs">The budget in epochs.</param>
    public abstract float FactorAt(double epoch, double totalEpochs);
}
