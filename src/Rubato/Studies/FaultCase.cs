using System.Globalization;
using Rubato.Configuration;
using Rubato.Numerics;
using Rubato.Simulation;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>A small job with a cluster and a schedule of faults, all drawn from one seed.</summary>
internal static class FaultCase
{
    // The deadline of every communication operation for each step between two meetings, so that what hangs is found soon; in virtual seconds.
    private const double TimeoutSeconds = 5;

    /// <summary>No fault happens before: a worker that is lost before the training begins ends every run.</summary>
    public static readonly TimeSpan FirstFault = TimeSpan.FromMilliseconds(200);

    // One row a strategy of the catalogue; the search's own test says so when one is missing.
    private static readonly SortedDictionary<string, Func<int, RandomStream, string>> Strategies = new(StringComparer.Ordinal)
    {
        ["all-reduce"] = (_, _) => "all-reduce",
        ["backup-workers"] = (workers, random) => $"backup-workers:backup={random.NextInt32(Math.Min(workers, 3))},servers={1 + random.NextInt32(2)}",
        ["grouped"] = (workers, random) => random.NextInt32(4) switch
        {
            0 => $"grouped:groups={1 + random.NextInt32(workers)},membership=speed-sorted",
            1 => $"grouped:groups={1 + random.NextInt32(workers)},staleness-cap={random.NextInt32(4)},servers={1 + random.NextInt32(2)}",
            2 => "grouped:groups=auto",
            _ => $"grouped:groups={1 + random.NextInt32(workers)},membership=round-robin",
        },
        ["ssp"] = (_, random) => $"ssp:bound={random.NextInt32(4)},servers={1 + random.NextInt32(2)}",
        ["async"] = (_, random) => $"async:servers={1 + random.NextInt32(2)}",
        ["local-sgd"] = (_, random) => $"local-sgd:period={1 + random.NextInt32(4)}{Pick(random, "", ",post-local=0.5", ",inner-rate=0", ",inner-rate=0.5,growth=2")}",
        ["minibatch-sgd"] = (_, random) => $"minibatch-sgd:batches={1 + random.NextInt32(4)}",
        ["accelerated-minibatch-sgd"] = (_, random) => $"accelerated-minibatch-sgd:batches={1 + random.NextInt32(4)}",
        ["fedavg"] = (_, random) => $"fedavg:period={1 + random.NextInt32(4)},fraction={Pick(random, "0.3", "0.6", "1")}",
        ["model-averaging"] = (_, random) => $"model-averaging:period={1 + random.NextInt32(4)}",
        ["slowmo"] = (_, random) => $"slowmo:period={1 + random.NextInt32(4)}{Pick(random, "", ",buffers=average", ",base=all-reduce,buffers=keep", ",base=gossip", ",base=sgp,graph=tree,buffers=average")}",
        ["bmuf"] = (_, random) => $"bmuf:period={1 + random.NextInt32(4)}",
        ["diloco"] = (_, random) => $"diloco:period={1 + random.NextInt32(4)}",
        ["lookahead"] = (_, random) => $"lookahead:period={1 + random.NextInt32(4)}",
        ["ds-sync"] = (workers, random) => $"ds-sync:deal={Pick(random, "grid", "random")}{(workers < 2 ? "" : $",group-size={2 + random.NextInt32(workers - 1)}")}",
        ["gossip"] = (_, random) => $"gossip:topology={Pick(random, "ring", "exponential", "tree", "star", "complete")}",
        ["sgp"] = (_, random) => $"sgp:graph={Pick(random, "exponential", "ring", "tree", "star")}",
        ["ad-psgd"] = (_, random) => $"ad-psgd:topology={Pick(random, "ring", "exponential", "star", "complete")}",
        ["cocod-sgd"] = (_, random) => $"cocod-sgd:period={1 + random.NextInt32(4)}",
        ["easgd"] = (_, random) => $"easgd:period={1 + random.NextInt32(4)}{(random.NextInt32(2) == 0 ? "" : $",mode=asynchronous,servers={1 + random.NextInt32(2)}")}",
        ["shadowsync"] = (_, random) => $"shadowsync:threads={1 + random.NextInt32(3)},core={Pick(random, "none", "easgd,servers=2", "ma", "bmuf,block-momentum=0.5", "easgd,fixed-rate=2", "ma,fixed-rate=4", "bmuf,fixed-rate=3")}",
        ["overlap-local-sgd"] = (_, random) => $"overlap-local-sgd:period={1 + random.NextInt32(4)}",
    };

    /// <summary>The strategies that cases are drawn of.</summary>
    public static IReadOnlyCollection<string> StrategyNames => Strategies.Keys;

    /// <summary>The case of a seed.</summary>
    public static TrainingJob Draw(ulong seed)
    {
        var random = RandomStream.Create(seed, "fault case");
        int workers = 1 + random.NextInt32(6);
        string strategy = Strategies.ElementAt(random.NextInt32(Strategies.Count)).Value(workers, random);
        int steps = 3 + random.NextInt32(10);
        var job = new TrainingJob
        {
            On = World.Simulation,
            Workers = workers,
            Strategy = Specification.Parse(strategy),
            Model = Specification.Parse("logistic"),
            BatchSize = 2,
            Steps = steps,
            // Once at the end and once, perhaps, on the way.
            EvaluateEvery = random.NextInt32(2) == 0 ? 1000 : 2.0 * workers * Math.Max(1, steps / 2) / 1437,
            ComputeTime = ComputeTime.Parse(Pick(random, "100ms", "100ms:log-normal:sigma=0.3", "100ms:exponential:excess=1", "100ms:markov:factor=6,fast=1,slow=0.5")),
            Network = random.NextInt32(3) == 0 ? null : NetworkShape.Parse(Pick(random, "latency=1ms,bandwidth=1Gbit", "latency=20ms,bandwidth=10Mbit", "latency=0.3ms")),
            Stragglers = random.NextInt32(2) == 0 ? [] : [new Straggler.Fixed(random.NextInt32(workers)) { Factor = 1 + random.NextInt32(5) }],
            Collectives = random.NextInt32(4) == 0 ? CollectiveCosting.Formula : CollectiveCosting.Auto,
            Seed = seed,
        };
        job = job with { TimeoutSeconds = TimeoutSeconds * StepsBetweenWaits(job) };
        int endpoints = workers + ServersOf(job);
        return job with { Faults = [.. Enumerable.Range(0, random.NextInt32(4)).Select(_ => DrawFault(random, workers, endpoints, job.TimeoutSeconds))] };
    }

    /// <summary>The most steps of a slow worker that another one may have to wait for at once.</summary>
    public static int StepsBetweenWaits(TrainingJob job) => job.Strategy.Name switch
    {
        // Who meets a few others at a time may be as many steps ahead of one as there are workers between them.
        "gossip" or "sgp" or "ad-psgd" or "ds-sync" => job.Workers,
        "slowmo" => Math.Max(job.Workers, int.Parse(job.Strategy.Options["period"], CultureInfo.InvariantCulture)),
        // Once a worker is lost the slowest may be needed, and it may still be at a gradient of the step before, which came too late.
        "backup-workers" => 2,
        "shadowsync" => job.Strategy.Options.TryGetValue("fixed-rate", out string? rate) ? int.Parse(rate, CultureInfo.InvariantCulture) : 1,
        _ => job.Strategy.Options.TryGetValue("period", out string? steps) || job.Strategy.Options.TryGetValue("batches", out steps)
            ? int.Parse(steps, CultureInfo.InvariantCulture) : 1,
    };

    private static int ServersOf(TrainingJob job) => Rubato.Strategies.StrategyCatalog.All.Create(job.Strategy).ServersFor(job.Workers);

    private static Fault DrawFault(RandomStream random, int workers, int endpoints, double deadlineSeconds)
    {
        TimeSpan at = FirstFault + TimeSpan.FromMilliseconds(random.NextInt32(2000));
        // Short of the deadline more often than beyond it.
        TimeSpan duration = TimeSpan.FromMilliseconds(random.NextInt32(4) == 0 ? deadlineSeconds * (1200 + random.NextInt32(1600)) : 50 + random.NextInt32(2500));
        switch (random.NextInt32(8))
        {
            case 0: return new Fault.Crash(random.NextInt32(workers), at);
            case 1: return new Fault.Crash(random.NextInt32(endpoints), at);
            case 2: return new Fault.Pause(random.NextInt32(endpoints), at, duration);
            case 3:
                int first = random.NextInt32(endpoints);
                return new Fault.Partition(first, first + random.NextInt32(endpoints - first), at, duration);
            case 4:
            case 5: return new Fault.Restart(random.NextInt32(endpoints), at);
            case 6:
                string kind = Pick(random, "crash", "restart", "pause", "partition");
                return new Fault.AtRandom(kind, at * 10, kind is "pause" or "partition" ? TimeSpan.FromMilliseconds(50 + random.NextInt32(500)) : TimeSpan.Zero);
            default:
                return new Fault.Delay(double.Parse(Pick(random, "0.02", "0.2", "0.7"), CultureInfo.InvariantCulture), TimeSpan.FromMilliseconds(1 + random.NextInt32(200)));
        }
    }

    private static string Pick(RandomStream random, params string[] choices) => choices[random.NextInt32(choices.Length)];
}
