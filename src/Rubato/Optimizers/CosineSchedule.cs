using System.ComponentModel;
using Rubato.Configuration;

namespace Rubato.Optimizers;

/// <summary>Half a cosine from all of the rate, at the end of the warm-up, down to a floor at the end of the budget.</summary>
/// <remarks>Loshchilov and Hutter, "SGDR", ICLR 2017, arXiv:1608.03983, equation 5, without restarts.</remarks>
public sealed record CosineSchedule : LearningRateSchedule
{
    /// <summary>The factor at the end of the budget, from 0 to 1; default 0.01.</summary>
    [Description("The factor at the end of the budget, from 0 to 1.")]
    public double Floor
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Floor), value,
            $"The floor is {value}, but it must be from 0 to 1. Use 0.01, for example.");
    } = 0.01;

    /// <inheritdoc/>
    protected override double ShapeAt(double epoch, double totalEpochs)
    {
        if (!double.IsFinite(totalEpochs))
            throw new InvalidRequestException("The schedule 'cosine' falls until the budget's end, but the job has no budget in epochs. Add --epochs 20, for example, or use step.");
        if (epoch <= Warmup) return 1;
        return Floor + (1 - Floor) * (1 + Math.Cos(Math.PI * (epoch - Warmup) / (totalEpochs - Warmup))) / 2;
    }
}
