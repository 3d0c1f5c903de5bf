using System.ComponentModel;
using Rubato.Strategies.Gossip;
using Rubato.Strategies.LocalSgd;
using Rubato.Strategies.Sgp;
using Rubato.Topologies;

namespace Rubato.Strategies.SlowMo;

/// <summary>The options of <c>slowmo</c>.</summary>
internal sealed record SlowMoOptions() : PeriodicOptions(period: 12)
{
    /// <summary>The method whose steps are taken between two averages; default local.</summary>
    [Description("whose steps are taken between two averages: local ones, or those of all-reduce, gossip or sgp")]
    public SlowMoBase Base
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Base), value,
            $"The base is {value}. Use local, all-reduce, gossip or sgp.");
    }

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

    /// <summary>What becomes of the base optimizer's buffers after an average; default reset.</summary>
    [Description("the base optimizer's buffers after an average: reset to zero, keep each worker's own, or average them")]
    public BufferTreatment Buffers
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Buffers), value,
            $"The treatment of buffers is {value}. Use reset, keep or average.");
    }

    /// <summary>Who is whose neighbour, for the base gossip only; null (the default) for its own default.</summary>
    [Description("with base=gossip: who is whose neighbour; ring if left out")]
    public TopologyKind? Topology
    {
        get;
        init => field = value is { } kind ? new GossipOptions { Topology = kind }.Topology : null;
    }

    /// <summary>The workers of a site, for the base gossip over the topology of that name only; at least 1.</summary>
    [Description("with base=gossip,topology=sites: workers of a site, at least 1")]
    public int? SiteSize
    {
        get;
        init => field = new GossipOptions { SiteSize = value }.SiteSize;
    }

    /// <summary>To whom a worker pushes, for the base sgp only; null (the default) for its own default.</summary>
    [Description("with base=sgp: to whom a worker pushes; exponential if left out")]
    public PushGraph? Graph
    {
        get;
        init => field = value is { } graph ? new SgpOptions { Graph = graph }.Graph : null;
    }

    /// <summary>Workers that a worker pushes to each step, for the base sgp over the exponential graph only; at least 1, null (the default) for 1.</summary>
    [Description("with base=sgp,graph=exponential: workers that each one pushes to in a step, at least 1; 1 if left out")]
    public int? Peers
    {
        get;
        init => field = new SgpOptions { Peers = value }.Peers;
    }
}
