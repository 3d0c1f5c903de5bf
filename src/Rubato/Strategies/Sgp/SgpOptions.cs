using System.ComponentModel;

namespace Rubato.Strategies.Sgp;

/// <summary>The options of <c>sgp</c>.</summary>
internal sealed record SgpOptions
{
    /// <summary>To whom a worker pushes; default exponential.</summary>
    [Description("to whom a worker pushes: to those 1, 2, 4 … after it in turn, the next one, or its neighbours in a tree or star")]
    public PushGraph Graph
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Graph), value,
            $"The graph is {value}. Use exponential, ring, tree or star.");
    }

    /// <summary>Workers that a worker pushes to each step in the exponential graph (p); at least 1, null (the default) for 1.</summary>
    [Description("workers that each one pushes to in a step, at least 1; for graph=exponential only, where it is 1 unless given")]
    public int? Peers
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Peers), value,
            $"There are {value} peers, but the smallest number is 1. Use peers=1.");
    }
}
