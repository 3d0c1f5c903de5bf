using System.ComponentModel;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Ssp;

/// <summary>The options of <c>ssp</c>.</summary>
internal sealed record SspOptions : ServerOptions
{
    /// <summary>Clocks that the fastest worker may run ahead of the slowest (s); 0 or more, 0 is a barrier every step, default 2.</summary>
    [Description("steps that the fastest worker may be ahead of the slowest, 0 or more")]
    public int Bound
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Bound), value,
            $"The staleness bound is {value} steps, but the smallest is 0. Use bound=0 for a barrier every step.");
    } = 2;
}
