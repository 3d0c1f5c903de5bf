namespace Rubato.Optimizers;

/// <summary>A chosen optimizer with its hyperparameters; makes one <see cref="Optimizer"/> for each range of parameters that is stepped.</summary>
public abstract record OptimizerDefinition
{
    /// <summary>The learning rate before the schedule (γ or η); above 0.</summary>
    public abstract float BaseLearningRate { get; }

    /// <summary>Makes an optimizer with fresh state.</summary>
    /// <param name="length">The number of parameters in its range.</param>
    /// <param name="statistics">Stretches of running statistics, relative to the range (see <c>ParameterLayout.StatisticsWithin</c>).</param>
    public abstract Optimizer Create(int length, IEnumerable<Range> statistics);
}
