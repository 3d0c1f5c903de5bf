using System.ComponentModel;

namespace Rubato.Optimizers;

/// <summary>A chosen optimizer with its hyperparameters; makes one <see cref="Optimizer"/> for each range of parameters that is stepped.</summary>
public abstract record OptimizerDefinition
{
    /// <summary>The learning rate before the schedule (γ or η); above 0.</summary>
    public abstract float BaseLearningRate { get; }

    /// <summary>Whether a step leaves everything without gradient as it is, its state too, so that parts may be stepped by themselves (<see cref="Optimizer.StepPart"/>).</summary>
    public virtual bool CanStepParts => false;

    /// <summary>The share of the way that running statistics go towards the mini-batch's in a step; above 0 to 1, default 0.1.</summary>
    [Description("Share of the way that running statistics (batch norm) go towards the mini-batch's in a step.")]
    public float StatisticsRate
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(StatisticsRate), value,
            $"The statistics rate is {value}, but it must be above 0 and at most 1. Use 0.1, for example.");
    } = 0.1f;

    /// <summary>Makes an optimizer with fresh state.</summary>
    /// <param name="length">The number of parameters in its range.</param>
    /// <param name="statistics">Stretches of running statistics, relative to the range (see <c>ParameterLayout.StatisticsWithin</c>).</param>
    public abstract Optimizer Create(int length, IEnumerable<Range> statistics);

    private protected static float Positive(float value, string property, string name, string example) =>
        value > 0 && float.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(property, value,
            $"The {name} is {value}, but it must be above 0. Use {example}, for example.");

    private protected static float NotNegative(float value, string property, string name, string example) =>
        value >= 0 && float.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(property, value,
            $"The {name} is {value}, but it must not be negative. Use {example}, for example.");

    private protected static float Decay(float value, string property, string name, string example) =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(property, value,
            $"The {name} is {value}, but it must be from 0 to below 1. Use {example}, for example.");
}
