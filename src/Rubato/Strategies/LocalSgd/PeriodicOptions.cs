using System.ComponentModel;

namespace Rubato.Strategies.LocalSgd;

/// <summary>What every strategy has whose workers step alone and meet now and then.</summary>
internal abstract record PeriodicOptions
{
    /// <summary>Starts from the period that the method's paper uses.</summary>
    protected PeriodicOptions(int period) => Period = period;

    /// <summary>Local steps between two averages (τ, in some papers H); at least 1, which averages after every step.</summary>
    [Description("local steps between two averages, at least 1")]
    public int Period
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Period), value,
            $"The period is {value} steps, but the smallest is 1. Use period=1 to average after every step.");
    }
}
