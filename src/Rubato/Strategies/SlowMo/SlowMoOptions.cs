using System.ComponentModel;
using Rubato.Strategies.LocalSgd;
using Rubato.Topologies;

namespace Rubato.Strategies.SlowMo;

/// <summary>The options of <c>slowmo</c>.</summary>
internal sealed record SlowMoOptions() : PeriodicOptions(period: 12)
{
    /// <summary>The share of the slow step that is taken (α); above 0, default 1.</summary>
    [Description("share of the slow step that is taken, above 0")]
    public float SlowRate
    {
        get;
        init => field = value > 0 && float.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(SlowRate), value,
            $"The slow rate is {value}, but it must be above 0. Use slow-rate=1.");
    } = 1;

    /// <summary>The momentum of the slow steps (β), from 0 to below 1; default 0.7.</summary>
    [Description("momentum of the slow steps, from 0 (none) to below 1")]
    public float SlowMomentum
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(SlowMomentum), value,
            $"The slow momentum is {value}, but it must be from 0 to below 1. Use slow-momentum=0.7, or 0 for none.");
    } = 0.7f;

    /// <summary>What a step between two slow steps is; default local.</summary>
    [Description("a step between two slow steps: local, all-reduce or gossip")]
    public SlowMoBase Base
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Base), value,
            $"The base is {value}. Use local, all-reduce or gossip.");
    }

    /// <summary>Who is whose neighbour, for the base gossip only; default ring.</summary>
    [Description("with base=gossip: who is whose neighbour; ring unless given")]
    public TopologyKind? Topology
    {
        get;
        init => field = value is null || Enum.IsDefined(value.Value) ? value : throw new ArgumentOutOfRangeException(nameof(Topology), value,
            $"The topology is {value}. Use ring, torus, exponential, tree, star, complete or sites.");
    }

    /// <summary>The workers of a site, for the topology of that name only; at least 1.</summary>
    [Description("with topology=sites: workers of a site, at least 1")]
    public int? SiteSize
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(SiteSize), value,
            $"The size of a site is {value}, but the smallest is 1. Use site-size=4, for example.");
    }

    /// <summary>What becomes of the base optimizer's buffers after an average; default reset.</summary>
    [Description("the base optimizer's buffers after an average: reset to zero, keep each worker's own, or average them")]
    public BufferTreatment Buffers
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Buffers), value,
            $"The treatment of buffers is {value}. Use reset, keep or average.");
    }
}
