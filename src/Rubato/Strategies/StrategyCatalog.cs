using Rubato.Configuration;
using Rubato.Strategies.AcceleratedMinibatchSgd;
using Rubato.Strategies.AdPsgd;
using Rubato.Strategies.AllReduce;
using Rubato.Strategies.Async;
using Rubato.Strategies.BackupWorkers;
using Rubato.Strategies.Bmuf;
using Rubato.Strategies.CocodSgd;
using Rubato.Strategies.Diloco;
using Rubato.Strategies.DsSync;
using Rubato.Strategies.Easgd;
using Rubato.Strategies.FedAvg;
using Rubato.Strategies.Gossip;
using Rubato.Strategies.Grouped;
using Rubato.Strategies.LocalSgd;
using Rubato.Strategies.Lookahead;
using Rubato.Strategies.MinibatchSgd;
using Rubato.Strategies.ModelAveraging;
using Rubato.Strategies.OverlapLocalSgd;
using Rubato.Strategies.Sgp;
using Rubato.Strategies.ShadowSync;
using Rubato.Strategies.SlowMo;
using Rubato.Strategies.Ssp;

namespace Rubato.Strategies;

/// <summary>The synchronization methods that can be chosen by name, from the most to the least synchronous.</summary>
public static class StrategyCatalog
{
    /// <summary>All of them.</summary>
    public static Catalog<StrategyDefinition> All { get; } = new(
        "strategy",
        AllReduceDefinition.Entry,
        MinibatchSgdDefinition.Entry,
        AcceleratedMinibatchSgdDefinition.Entry,
        BackupWorkersDefinition.Entry,
        LocalSgdDefinition.Entry,
        FedAvgDefinition.Entry,
        ModelAveragingDefinition.Entry,
        SlowMoDefinition.Entry,
        BmufDefinition.Entry,
        DilocoDefinition.Entry,
        LookaheadDefinition.Entry,
        OverlapLocalSgdDefinition.Entry,
        CocodSgdDefinition.Entry,
        EasgdDefinition.Entry,
        DsSyncDefinition.Entry,
        GossipDefinition.Entry,
        SgpDefinition.Entry,
        GroupedDefinition.Entry,
        SspDefinition.Entry,
        AdPsgdDefinition.Entry,
        ShadowSyncDefinition.Entry,
        AsyncDefinition.Entry);
}
