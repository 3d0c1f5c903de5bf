using System.ComponentModel;

namespace Rubato.Strategies.MinibatchSgd;

/// <summary>What strategies have whose workers take several gradients at one point for each update.</summary>
internal abstract record MinibatchOptions
{
    /// <summary>Mini-batches a worker computes at one point before all exchange (K); at least 1, default 8.</summary>
    [Description("mini-batches a worker computes at one point for each update, at least 1")]
    public int Batches
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Batches), value,
            $"An update is made of {value} mini-batches a worker, but the smallest number is 1. Use batches=1 to update after every step.");
    } = 8;
}
