namespace Rubato.Tests.Strategies;

/// <summary>A strategy that keeps the contract, and what else theory says of it.</summary>
/// <param name="Strategy">The strategy for a number of workers.</param>
internal sealed record ContractRow(Func<int, string> Strategy)
{
    public const float Bits = 0, Rounding = 1e-5f;

    /// <summary>How far one worker may be from plain SGD, <see cref="Bits"/> for not at all; null where it is something else.</summary>
    public float? Alone { get; init; }

    /// <summary>What it is called with other options.</summary>
    public IReadOnlyList<SpecialCase> SpecialCases { get; init; } = [];

    public static IReadOnlyList<ContractRow> All { get; } =
    [
        new(_ => "all-reduce") { Alone = Bits },
        new(_ => "minibatch-sgd:batches=1") { Alone = Bits, SpecialCases = [new("minibatch-sgd:batches=1", "all-reduce", Bits)] },
        new(_ => "minibatch-sgd:batches=3"),
        new(_ => "accelerated-minibatch-sgd:batches=3")
        {
            SpecialCases =
            [
                new("accelerated-minibatch-sgd:batches=3", "minibatch-sgd:batches=3,scale=fixed", Bits) { Momentum = 0, Steps = 3 },
            ],
        },
        new(_ => "backup-workers:backup=0") { Alone = Bits },
        new(_ => "backup-workers:backup=0,servers=3") { Alone = Bits, SpecialCases = [new("backup-workers:backup=0,servers=3", "all-reduce", Bits)] },
        new(workers => $"backup-workers:backup={Math.Min(1, workers - 1)}") { Alone = Bits },
        new(workers => $"backup-workers:backup={Math.Min(2, workers - 1)},servers=3") { Alone = Bits },
        new(_ => "local-sgd:period=1") { Alone = Bits },
        new(_ => "local-sgd:period=3") { Alone = Bits, SpecialCases = [new("local-sgd:period=1", "all-reduce", Rounding)] },
        new(_ => "local-sgd") { Alone = Bits },
        new(_ => "local-sgd:period=3,post-local=0.2")
        {
            Alone = Bits,
            SpecialCases =
            [
                new("local-sgd:period=3,post-local=1", "local-sgd:period=1", Bits),
                new("local-sgd:period=3,post-local=0", "local-sgd:period=3", Bits),
            ],
        },
        new(_ => "local-sgd:period=2,growth=1") { Alone = Bits },
        new(_ => "local-sgd:period=3,inner-rate=0")
        {
            SpecialCases =
            [
                new("local-sgd:period=3,inner-rate=0", "minibatch-sgd:batches=3", Rounding) { Momentum = 0, AtOneRate = true },
                new("local-sgd:period=3,inner-rate=1", "local-sgd:period=3", Bits),
            ],
        },
        new(_ => "local-sgd:period=2,inner-rate=0.5,growth=2"),
        new(_ => "fedavg:period=4,fraction=0.3"),
        new(_ => "fedavg:period=3,fraction=1") { SpecialCases = [new("fedavg:period=4,fraction=1", "local-sgd:period=4", Rounding) { Momentum = 0 }] },
        new(_ => "fedavg:epochs=3,fraction=0.4"),
        new(_ => "model-averaging:period=2,alpha=0.4") { Alone = Rounding, SpecialCases = [new("model-averaging:period=2,alpha=1", "local-sgd:period=2", Bits)] },
        new(_ => "slowmo:period=3,slow-momentum=0.5")
        {
            SpecialCases =
            [
                new("slowmo:period=3,slow-momentum=0,slow-rate=1,buffers=keep", "local-sgd:period=3", Bits),
                new("slowmo:period=1,slow-momentum=0,slow-rate=0.8,buffers=keep", "lookahead:period=1,slow-rate=0.8", Bits),
            ],
        },
        new(_ => "slowmo:period=2,slow-rate=0.9,slow-momentum=0.3,buffers=keep"),
        new(_ => "slowmo:period=4,slow-momentum=0.5,buffers=average"),
        new(_ => "slowmo:base=all-reduce,period=3,slow-momentum=0.5")
        {
            SpecialCases =
            [
                new("slowmo:base=all-reduce,period=3,slow-momentum=0,slow-rate=1,buffers=keep", "all-reduce", Bits),
            ],
        },
        new(_ => "slowmo:base=gossip,period=3,slow-momentum=0.5"),
        new(_ => "slowmo:base=gossip,topology=sites,site-size=2,period=2,slow-momentum=0.3,buffers=keep"),
        new(_ => "slowmo:base=sgp,graph=tree,period=3,slow-momentum=0.5,buffers=average"),
        new(_ => "bmuf:period=3,block-momentum=0.5")
        {
            SpecialCases =
            [
                new("bmuf:period=3,block-momentum=0", "local-sgd:period=3", Rounding),
                new("bmuf:period=3,block-momentum=0.5", "slowmo:period=3,slow-momentum=0.5,slow-rate=1,buffers=keep", Rounding) { AtOneRate = true },
            ],
        },
        new(_ => "bmuf:period=2,block-rate=0.8,block-momentum=0.5,nesterov=true"),
        new(_ => "diloco:period=3,outer-momentum=0.4") { SpecialCases = [new("diloco:period=3,outer-rate=1,outer-momentum=0", "local-sgd:period=3", Rounding)] },
        new(_ => "lookahead:period=3,slow-rate=0.8") { SpecialCases = [new("lookahead:period=3,slow-rate=1", "local-sgd:period=3", Bits)] },
        new(_ => "overlap-local-sgd"),
        new(_ => "overlap-local-sgd:period=3,pull-back=0.3,anchor-momentum=0")
        {
            SpecialCases =
            [
                new("overlap-local-sgd:period=3,pull-back=1e-7,anchor-momentum=0", "local-sgd:period=1000", Rounding),
            ],
        },
        new(_ => "overlap-local-sgd:period=1,pull-back=0.5,anchor-momentum=0.5"),
        new(_ => "cocod-sgd:period=1") { Alone = Bits },
        new(_ => "cocod-sgd:period=3") { Alone = Bits, SpecialCases = [new("cocod-sgd:period=1000", "local-sgd:period=1000", Bits)] },
        new(_ => "easgd:period=3"),
        new(workers => $"easgd:period=1,alpha={Math.Round(1.0 / workers - 0.005, 2)}"),
        new(_ => "easgd:period=2,mode=asynchronous") { SpecialCases = [new("easgd:period=2,alpha=0.5,mode=asynchronous", "easgd:period=2,alpha=0.5", Rounding) { Workers = [1], Steps = 11 }] },
        new(_ => "easgd:period=1,mode=asynchronous,alpha=0.5,servers=3"),
        new(_ => "easgd:period=2,mode=asynchronous,symmetric=false,servers=2"),
        new(_ => "ds-sync") { Alone = Bits },
        new(_ => "ds-sync:deal=random") { Alone = Bits },
        new(workers => workers < 2 ? "ds-sync" : "ds-sync:group-size=2") { Alone = Bits },
        new(workers => workers < 2 ? "ds-sync" : $"ds-sync:group-size={Math.Min(3, workers)},deal=racks") { Alone = Bits },
        new(workers => workers < 2 ? "ds-sync" : $"ds-sync:group-size={workers}")
        {
            Alone = Bits,
            SpecialCases =
            [
                new("ds-sync:group-size={workers}", "all-reduce", Rounding) { Workers = [2, 3, 7] },
                new("ds-sync:group-size={workers},deal=random", "all-reduce", Rounding) { Workers = [2, 3, 7] },
            ],
        },
        new(_ => "gossip")
        {
            Alone = Bits,
            SpecialCases =
            [
                new("gossip:topology=complete", "all-reduce", Rounding),
                new("gossip:topology=sites,site-size={workers}", "gossip:topology=complete", Bits),
            ],
        },
        new(_ => "gossip:topology=exponential") { Alone = Bits },
        new(_ => "gossip:topology=sites,site-size=2") { Alone = Bits },
        new(_ => "sgp") { Alone = Bits },
        new(_ => "sgp:graph=tree") { Alone = Bits },
        new(workers => workers < 3 ? "sgp" : "sgp:peers=2") { Alone = Bits, SpecialCases = [new("sgp:peers={others}", "all-reduce", Rounding) { Workers = [2, 3, 7] }] },
        new(_ => "ad-psgd") { Alone = Bits },
        new(_ => "ad-psgd:topology=star") { Alone = Bits },
        new(_ => "async") { Alone = Bits },
        new(_ => "async:servers=2,scale=fixed"),
        new(_ => "ssp:bound=0") { Alone = Bits, SpecialCases = [new("ssp:bound=0", "all-reduce", Rounding) { Momentum = 0 }] },
        new(_ => "ssp:bound=0,servers=2") { Alone = Bits },
        new(_ => "ssp:bound=2") { Alone = Bits, SpecialCases = [new("ssp:bound=1000", "async", Bits)] },
        new(_ => "grouped:groups=1") { Alone = Bits, SpecialCases = [new("grouped:groups=1", "all-reduce", Bits)] },
        new(workers => $"grouped:groups={Math.Min(2, workers)}") { Alone = Bits },
        new(workers => $"grouped:groups={Math.Min(2, workers)},membership=round-robin,servers=3") { Alone = Bits },
        new(workers => $"grouped:groups={Math.Min(3, workers)},membership=speed-sorted") { Alone = Bits },
        new(workers => $"grouped:groups={Math.Min(2, workers)},membership=speed-sorted,servers=2,staleness-cap=2") { Alone = Bits },
        new(workers => $"grouped:groups={workers}") { Alone = Bits },
        new(_ => "shadowsync"),
        new(_ => "shadowsync:threads=3,servers=3"),
        new(_ => "shadowsync:core=ma,threads=2,interval=300ms"),
        new(_ => "shadowsync:core=ma,alpha=0.7,blend=snapshot") { Alone = Bits },
        new(_ => "shadowsync:core=bmuf,threads=2,block-momentum=0.3,block-rate=0.8"),
        new(_ => "shadowsync:core=easgd,threads=2,fixed-rate=2")
        {
            SpecialCases =
            [
                new("shadowsync:core=easgd,alpha=0.3,fixed-rate=2,model=centre", "easgd:mode=asynchronous,alpha=0.3,period=2", Bits),
            ],
        },
        new(_ => "shadowsync:core=easgd,threads=2,symmetric=false"),
        new(_ => "shadowsync:core=ma,threads=3,fixed-rate=2")
        {
            SpecialCases =
            [
                new("shadowsync:core=ma,alpha=0.4,fixed-rate=2", "model-averaging:period=2,alpha=0.4", Bits),
            ],
        },
        new(_ => "shadowsync:core=bmuf,fixed-rate=3")
        {
            Alone = Bits,
            SpecialCases =
            [
                new("shadowsync:core=bmuf,alpha=1,block-momentum=0.5,block-rate=0.8,fixed-rate=3", "bmuf:period=3,block-momentum=0.5,block-rate=0.8", Bits),
                new("shadowsync:core=bmuf,alpha=0.4,fixed-rate=3", "shadowsync:core=ma,alpha=0.4,fixed-rate=3", Rounding),
            ],
        },
        new(_ => "shadowsync:core=none,threads=2"),
        new(workers => $"shadowsync:tables=servers,threads=2,servers=2,table-servers=2,table-rate={Math.Round(0.2 / workers, 3)}"),
        new(workers => $"shadowsync:tables=servers,model=centre,table-rate={Math.Round(0.2 / workers, 3)}"),
        new(workers => $"shadowsync:core=ma,tables=servers,table-servers=4,threads=2,table-rate={Math.Round(0.2 / workers, 3)}"),
        new(workers => $"shadowsync:core=none,tables=servers,table-rate={Math.Round(0.2 / workers, 3)}") { Alone = Bits },
        new(_ => "grouped:groups=auto") { Alone = Bits },
        new(_ => "grouped:groups=auto,staleness-limit=1,servers=2") { Alone = Bits },
    ];
}
