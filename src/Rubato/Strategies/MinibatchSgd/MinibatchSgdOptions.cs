using System.ComponentModel;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.MinibatchSgd;

/// <summary>The options of <c>minibatch-sgd</c>.</summary>
internal sealed record MinibatchSgdOptions : MinibatchOptions
{
    /// <summary>Whether an update of K mini-batches a worker takes K times the job's rate; default linear, which does.</summary>
    [Description("whether an update of K mini-batches takes K times the rate (linear) or the rate (fixed)")]
    public LearningRateScale Scale
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Scale), value, $"The scale is {value}. Use linear or fixed.");
    }
}
