using System.ComponentModel;
using Rubato.Configuration;

namespace Rubato.Optimizers;

/// <summary>What the base learning rate is multiplied by as training proceeds.</summary>
/// <remarks>Progress is counted in samples applied, not in steps, so that one schedule means the same under every strategy.</remarks>
public abstract record LearningRateSchedule
{
    // Warm-up starts above zero: a step of rate 0 would be lost, and some strategies divide by the rate.
    private const double WarmupStart = 0.1;

    /// <summary>Epochs in which the factor first rises linearly from a tenth of its value to all of it; at least 0, default 0.</summary>
    [Description("Epochs in which the rate first rises linearly from a tenth, at least 0.")]
    public double Warmup
    {
        get;
        init => field = value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Warmup), value,
            $"The warm-up is {value} epochs, but it must not be negative. Use 0 for none or 5, for example.");
    }

    /// <summary>The factor at a point of the training; above 0 but for a cosine with floor 0 at its end.</summary>
    /// <param name="epoch">Samples applied so far, in epochs; at least 0. Beyond the budget the factor stays that of its end.</param>
    /// <param name="totalEpochs">The budget in epochs, above 0; infinite when only steps of unknown size, time or accuracy end the run.</param>
    /// <exception cref="InvalidRequestException">The schedule needs a budget in epochs and there is none.</exception>
    public float FactorAt(double epoch, double totalEpochs)
    {
        if (!(epoch >= 0)) throw new ArgumentOutOfRangeException(nameof(epoch), epoch, $"The schedule is asked for epoch {epoch}, but the first is 0.");
        if (!(totalEpochs > 0)) throw new ArgumentOutOfRangeException(nameof(totalEpochs), totalEpochs, $"The budget is {totalEpochs} epochs, but it must be above 0.");
        double rise = epoch < Warmup ? WarmupStart + (1 - WarmupStart) * epoch / Warmup : 1;
        return (float)(rise * ShapeAt(Math.Min(epoch, totalEpochs), totalEpochs));
    }

    /// <summary>The factor without warm-up, at an epoch from 0 to the budget.</summary>
    protected abstract double ShapeAt(double epoch, double totalEpochs);
}
