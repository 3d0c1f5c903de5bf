using Rubato.Configuration;
using Rubato.Strategies.AllReduce;
using Rubato.Strategies.Gossip;
using Rubato.Strategies.LocalSgd;
using Rubato.Strategies.Sgp;

namespace Rubato.Strategies.SlowMo;

/// <summary><c>slowmo</c>: see <see cref="SlowMoStrategy"/>.</summary>
/// <param name="Options">The base with its options, τ, α, β and the treatment of buffers.</param>
internal sealed record SlowMoDefinition(SlowMoOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<SlowMoOptions>(
        "slowmo", "steps of local SGD, all-reduce, gossip or sgp whose averages are each followed by a slow momentum step", options => new SlowMoDefinition(options));

    /// <inheritdoc/>
    public override ModelHome ModelHome => Options.Base == SlowMoBase.AllReduce ? ModelHome.Workers : base.ModelHome;

    private GossipDefinition Gossip => new(Options.Gossip ?? new GossipOptions());

    private SgpDefinition Sgp => new(Options.Sgp ?? new SgpOptions());

    /// <inheritdoc/>
    public override void Validate(int workers)
    {
        if (Options.Gossip is { } gossip) Require(SlowMoBase.Gossip, gossip.SiteSize is null ? "topology" : "site-size");
        if (Options.Sgp is { } sgp) Require(SlowMoBase.Sgp, sgp.Peers is null ? "graph" : "peers");
        if (Options is { Base: SlowMoBase.AllReduce, Buffers: BufferTreatment.Average })
        {
            throw new InvalidRequestException(
                "slowmo asks for buffers=average with base=all-reduce, but there all workers' buffers are equal at any time. Use buffers=keep, or reset.");
        }
        if (Options.Base == SlowMoBase.Gossip) Gossip.Validate(workers);
        if (Options.Base == SlowMoBase.Sgp) Sgp.Validate(workers);
    }

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers)
    {
        switch (Options.Base)
        {
            case SlowMoBase.Local: return new SlowMoStrategy(Options, new LocalStepsStrategy());
            case SlowMoBase.AllReduce: return new SlowMoStrategy(Options, new AllReduceStrategy());
            case SlowMoBase.Gossip: return new SlowMoStrategy(Options, Gossip.CreateWorker(workers));
            case SlowMoBase.Sgp:
                SgpStrategy sgp = Sgp.CreateWorker(workers);
                return new SlowMoStrategy(Options, sgp, sgp.Restart);
            default: throw new InvalidOperationException($"There is no base {Options.Base}.");
        }
    }

    private void Require(SlowMoBase owner, string option)
    {
        if (Options.Base == owner) return;
        string chosen = Options.Base == SlowMoBase.AllReduce ? "all-reduce" : Options.Base.ToString().ToLowerInvariant();
        throw new InvalidRequestException(
            $"slowmo asks for {option} with base={chosen}, but {option} is for base={owner.ToString().ToLowerInvariant()}. Leave it out, or choose that base.");
    }
}
