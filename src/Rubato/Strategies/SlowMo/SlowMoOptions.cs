using System.ComponentModel;
using Rubato.Configuration;
using Rubato.Strategies.Gossip;
using Rubato.Strategies.LocalSgd;
using Rubato.Strategies.Sgp;

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

    /// <summary>The topology of the base gossip; null where nothing is said of it.</summary>
    [OptionGroup("with base=gossip")]
    public GossipOptions? Gossip { get; init; }

    /// <summary>The graph of the base sgp; null where nothing is said of it.</summary>
    [OptionGroup("with base=sgp")]
    public SgpOptions? Sgp { get; init; }
}
