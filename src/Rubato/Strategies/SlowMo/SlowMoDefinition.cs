using Rubato.Configuration;
using Rubato.Strategies.AllReduce;
using Rubato.Strategies.Gossip;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.SlowMo;

/// <summary><c>slowmo</c>: see <see cref="SlowMoStrategy"/>.</summary>
/// <param name="Options">τ, α, β, the base and the treatment of buffers.</param>
internal sealed record SlowMoDefinition(SlowMoOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<SlowMoOptions>(
        "slowmo", "local steps whose averages are each followed by a slow momentum step", options => new SlowMoDefinition(options));

    /// <inheritdoc/>
    public override void Validate(int workers)
    {
        if (Options.Base == SlowMoBase.Gossip)
        {
            GossipBase.Validate(workers);
            return;
        }
        string name = Options.Base == SlowMoBase.Local ? "local" : "all-reduce";
        if (Options.Topology is not null || Options.SiteSize is not null)
            throw new InvalidRequestException($"slowmo asks for a topology with base={name}, but only base=gossip has neighbours. Leave topology and site-size out.");
        if (Options is { Base: SlowMoBase.AllReduce, Buffers: BufferTreatment.Average })
            throw new InvalidRequestException("slowmo asks for buffers=average with base=all-reduce, but its buffers are equal on all workers. Use buffers=keep.");
    }

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new SlowMoStrategy(Options, Options.Base switch
    {
        SlowMoBase.AllReduce => new AllReduceDefinition().CreateWorker(workers),
        SlowMoBase.Gossip => GossipBase.CreateWorker(workers),
        _ => null,
    });

    private GossipDefinition GossipBase => new(new GossipOptions { Topology = Options.Topology ?? default, SiteSize = Options.SiteSize });
}
