using System.Runtime.InteropServices;
using Rubato.Configuration;
using Rubato.Simulation;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>Holds one simulated run to what its strategy promises, while it goes on; keeps the first promise that is broken.</summary>
/// <remarks>
/// Stale-synchronous: nobody begins clock c before every other live worker has begun as many as c − s. Staleness caps and freshness: as every
/// line of the ledger says. Full synchrony: the replicas of one step are equal to the bit. Nothing is applied more often than it was computed.
/// </remarks>
internal sealed class FaultWatch(TrainingJob job)
{
    private readonly long[] _begun = new long[job.Workers];
    private readonly long[] _applied = new long[job.Workers];
    private readonly bool[] _left = new bool[job.Workers];
    private readonly Dictionary<long, ulong> _replicas = [];
    private readonly int? _sspBound = job.Strategy.Name == "ssp" ? Option(job.Strategy, "bound") ?? 4 : null;
    private readonly int? _cap = job.Strategy.Name switch
    {
        "grouped" => Option(job.Strategy, "staleness-cap"),
        "backup-workers" or "all-reduce" => 0,
        _ => null,
    };

    private SimulationLoop? _loop;

    /// <summary>The first broken promise, with the virtual time and the number of the event; null while there is none.</summary>
    public string? Violation { get; private set; }

    /// <summary>Samples of gradients that servers listed as applied or thrown away.</summary>
    public long SamplesListed { get; private set; }

    /// <summary>Whether servers keep the ledger, so that <see cref="SamplesListed"/> can be compared with what was computed.</summary>
    public bool HasServers { get; private set; }

    /// <summary>The run begins on this loop.</summary>
    public void Watch(SimulationLoop loop) => _loop = loop;

    public void Begins(int worker)
    {
        long clock = _begun[worker]++;
        if (_sspBound is not { } bound) return;
        for (int other = 0; other < _begun.Length; other++)
        {
            bool counts = other != worker && !_left[other] && !_loop!.Ranks[other].HasCrashed;
            if (counts && _begun[other] < clock - bound)
                Break($"worker {worker} began clock {clock}, but worker {other} has begun {_begun[other]} steps only and the bound is {bound}");
        }
    }

    public void Completes(int worker, long step, ReadOnlySpan<float> parameters)
    {
        if (job.Strategy.Name != "all-reduce") return;
        var hash = new TraceHash();
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(parameters)) hash.Add(0, bits);
        ulong own = hash.Digest;
        if (!_replicas.TryAdd(step, own) && _replicas[step] != own) Break($"worker {worker} holds other parameters than the others after step {step}");
    }

    public void Leaves(int worker) => _left[worker] = true;

    public void Applied(int worker, int samples, int staleness)
    {
        HasServers = true;
        Listed(samples);
        _applied[worker] += samples;
        if (_applied[worker] > _begun[worker] * job.BatchSize) Break($"{_applied[worker]} samples of worker {worker} were applied, but it computed {_begun[worker] * job.BatchSize} at most");
        if (staleness > _cap) Break($"a gradient of staleness {staleness} of worker {worker} was applied, but the most is {_cap}");
    }

    public void Listed(int samples) => SamplesListed += samples;

    private void Break(string what) =>
        Violation ??= $"{what} (event {_loop?.Events}, {TimeSpan.FromTicks(_loop?.Now ?? 0).TotalSeconds} s)";

    private static int? Option(Specification strategy, string key) =>
        strategy.Options.TryGetValue(key, out string? text) ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;
}
