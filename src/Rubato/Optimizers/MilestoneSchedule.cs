using System.ComponentModel;
using Rubato.Configuration;

namespace Rubato.Optimizers;

/// <summary>The rate drops by a factor twice, each time when a share of the budget is used up.</summary>
public sealed record MilestoneSchedule : LearningRateSchedule
{
    /// <summary>The share of the budget before the first drop; above 0 and below 1, default 0.6.</summary>
    [Description("The share of the budget before the first drop, above 0 and below 1.")]
    public double First
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(First), value,
            $"The rate drops first after {value} of the budget, but that must be above 0 and below 1. Use 0.6, for example.");
    } = 0.6;

    /// <summary>The share of the budget before the second drop; above 0 and below 1, default 0.85. Before the first one it is the first.</summary>
    [Description("The share of the budget before the second drop, above 0 and below 1.")]
    public double Second
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Second), value,
            $"The rate drops again after {value} of the budget, but that must be above 0 and below 1. Use 0.85, for example.");
    } = 0.85;

    /// <summary>What the rate is multiplied by at each drop; above 0 to 1, default 0.2.</summary>
    [Description("What the rate is multiplied by at each drop, above 0 and at most 1.")]
    public double Factor
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Factor), value,
            $"The rate is multiplied by {value} at each drop, but that must be above 0 and at most 1. Use 0.2, for example.");
    } = 0.2;

    /// <inheritdoc/>
    protected override double ShapeAt(double epoch, double totalEpochs)
    {
        if (!double.IsFinite(totalEpochs))
            throw new InvalidRequestException("The schedule 'milestones' drops at shares of the budget, but the job has no budget in epochs. Add --epochs 20, for example, or use step.");
        return (epoch >= First * totalEpochs ? Factor : 1) * (epoch >= Second * totalEpochs ? Factor : 1);
    }
}
