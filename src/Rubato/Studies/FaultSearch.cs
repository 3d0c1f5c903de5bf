using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Simulation;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>Looks for faults of the strategies and of the runtime: small jobs under faults that are drawn from a seed, each held to its promises.</summary>
/// <remarks>
/// <para>A case is one seed: job, cluster and schedule of faults. It is run twice, and both runs must do the same at every event. While it runs, a
/// <see cref="FaultWatch"/> holds it to what its strategy promises; when it ends, <see cref="FaultVerdict"/> holds its end to what its faults allow.
/// A job that is to be restarted goes on from its last checkpoint, and must then end as if it had not been disturbed.</para>
/// <para>Safe for concurrent use.</para>
/// </remarks>
public sealed class FaultSearch
{
    // A case has some thousands.
    private const long MostEvents = 500_000;

    private long _restarts;

    private readonly Dataset _data = DatasetCatalog.Load("digits");
    private readonly IModel _model;

    /// <summary>Creates a search.</summary>
    public FaultSearch() => _model = ModelCatalog.All.Create(new Specification("logistic"))(_data);

    /// <summary>Replaces a strategy by another one under its name, so that tests can plant a fault; null for none.</summary>
    internal Func<TrainingJob, StrategyDefinition, StrategyDefinition>? Plant { get; init; }

    /// <summary>Cases so far whose job failed and went on from a checkpoint.</summary>
    internal long Restarts => Interlocked.Read(ref _restarts);

    /// <summary>The strategies that cases are drawn of.</summary>
    public static IReadOnlyCollection<string> StrategyNames => FaultCase.StrategyNames;

    /// <summary>The job, with its cluster and its faults, that a seed stands for.</summary>
    public static TrainingJob CaseOf(ulong seed) => FaultCase.Draw(seed);

    /// <summary>Examines the cases of seeds that follow each other, side by side.</summary>
    /// <param name="firstSeed">The first seed.</param>
    /// <param name="runs">How many cases; at least 1.</param>
    /// <param name="progress">Is told after each case, on any thread, how many are done; null for nobody.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>The failing case with the smallest seed, shrunk; null when none fails.</returns>
    public FaultFinding? Search(ulong firstSeed, long runs, IProgress<long>? progress, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        long smallest = long.MaxValue, done = 0;
        Parallel.For(0L, runs, new ParallelOptions { CancellationToken = cancellation }, (i, state) =>
        {
            if (i > Interlocked.Read(ref smallest)) return;
            if (Examine(FaultCase.Draw(firstSeed + (ulong)i)) is not null)
            {
                for (long seen = Interlocked.Read(ref smallest); i < seen; seen = Interlocked.Read(ref smallest))
                    if (Interlocked.CompareExchange(ref smallest, i, seen) == seen) break;
                // Cases of smaller seeds are still looked at, so that the same search finds the same case.
                state.Break();
            }
            progress?.Report(Interlocked.Increment(ref done));
        });
        if (smallest == long.MaxValue) return null;
        ulong seed = firstSeed + (ulong)smallest;
        TrainingJob shrunk = Shrink(FaultCase.Draw(seed), cancellation);
        return new FaultFinding(seed, shrunk, Examine(shrunk) ?? "The shrunk job fails no more: it fails by chance.");
    }

    /// <summary>Runs one job and says what is wrong with how it went; null when nothing is.</summary>
    public string? Examine(TrainingJob job)
    {
        FaultOutcome first = Run(job), again = Run(job);
        if (first.Violation is not null) return first.Violation;
        if (FaultVerdict.Of(job, first) is { } wrong) return wrong;
        if (!first.IsLike(again)) return $"Two runs of the same job differ: {WhereTheyPart(job)}";
        return Compare(job, first) ?? (first.Failure is not null && job.Faults.Any(IsRestart) ? ExamineRestart(job) : null);
    }

    // A job that failed goes on from its last checkpoint, as its operator would have it, and is then as if nothing had been.
    private string? ExamineRestart(TrainingJob job)
    {
        using var folder = new ScratchFolder();
        // Every other step; the first run is with the folder again, since saving costs events.
        TrainingJob saving = job with { Output = Path.Combine(folder.Path, "run"), CheckpointEvery = 2.0 * job.Workers * job.BatchSize / _data.Train.Count };
        FaultOutcome first = Run(saving);
        if (FaultVerdict.Of(saving, first) is { } wrong) return $"While it saved checkpoints: {wrong}";
        if (first.Failure is null || !RunDirectory.Open(saving.Output).HasCheckpoint) return null;
        FaultOutcome resumed = Run(saving with { Resume = saving.Output });
        Interlocked.Increment(ref _restarts);
        TrainingJob rest = job with { Faults = [.. job.Faults.Where(fault => !IsRestart(fault))] };
        return (resumed.Violation ?? FaultVerdict.Of(rest, resumed with { SamplesListed = null }) ?? Compare(rest, resumed)) is { } broken
            ? $"After going on from the last checkpoint: {broken}" : null;
    }

    private static bool IsRestart(Fault fault) => fault is Fault.Restart or Fault.AtRandom { Kind: "restart" };

    // What a fault may cost a synchronous job is time, never a bit.
    private string? Compare(TrainingJob job, FaultOutcome outcome)
    {
        if (outcome.Report is null || outcome.Report.Losses.Count > 0) return null;
        if (StrategyCatalog.All.Create(job.Strategy).AssignmentFor(job.Workers) != BatchAssignment.ByStepAndRank) return null;
        FaultOutcome undisturbed = Run(job with { Faults = [] });
        return undisturbed.Report?.ParametersSha256 == outcome.Report.ParametersSha256 ? null
            : $"The job ends with {outcome.Report.ParametersSha256}, but undisturbed with {undisturbed.Report?.ParametersSha256}.";
    }

    /// <summary>The first event at which two replays part, in words.</summary>
    internal string WhereTheyPart(TrainingJob job)
    {
        List<(long Ticks, string Rank, ulong Digest)> one = [], two = [];
        Run(job, one);
        Run(job, two);
        for (int i = 0; i < Math.Max(one.Count, two.Count); i++)
        {
            if (i < one.Count && i < two.Count && one[i] == two[i]) continue;
            (long ticks, string rank, _) = i < one.Count ? one[i] : two[i];
            return $"event {i + 1} is the first that differs, at {TimeSpan.FromTicks(ticks).TotalSeconds} s on {rank}.";
        }
        return "not in these two, so they differ by chance, which a pure function of the seed does not.";
    }

    private FaultOutcome Run(TrainingJob job, List<(long, string, ulong)>? events = null)
    {
        StrategyDefinition strategy = StrategyCatalog.All.Create(job.Strategy);
        if (Plant is not null) strategy = Plant(job, strategy);
        var watch = new FaultWatch(job);
        JobPlan plan = JobPlan.Build(job, _data, _model, new WatchedStrategy(strategy, watch));
        SimulationLoop? loop = null;
        TimeSpan limit = FaultVerdict.TimeLimit(plan);
        var cluster = new SimulatedCluster
        {
            ComputeThreads = 0,
            Watching = (running, _) =>
            {
                loop = running;
                watch.Watch(running);
                running.AfterEvent = number =>
                {
                    if (running.Now > limit.Ticks) throw new SimulationException($"The run still goes on after {limit.TotalSeconds:0.#} s of virtual time: somebody waits without a deadline, or works in vain.");
                    if (number > MostEvents) throw new SimulationException($"After {number} events the run still goes on at {TimeSpan.FromTicks(running.Now).TotalSeconds} s of virtual time: somebody asks again and again without waiting.");
                    events?.Add((running.Now, SynchronizationContext.Current is SimulatedRank rank ? rank.Name : "", running.Trace.Digest ^ (ulong)number));
                };
            },
        };
        RunReport? report = null;
        Exception? failure = null;
        try
        {
            report = cluster.Run(plan, RunFolders.Open(plan), progress: null, CancellationToken.None);
        }
        catch (Exception thrown) when (thrown is not OutOfMemoryException)
        {
            failure = thrown;
        }
        return new FaultOutcome(report, failure, watch.Violation, watch.HasServers ? watch.SamplesListed : null, loop?.Trace.ToString() ?? "", loop?.Events ?? 0);
    }

    // Takes away whatever the failure does not need, until nothing more can go.
    private TrainingJob Shrink(TrainingJob job, CancellationToken cancellation)
    {
        for (bool smaller = true; smaller;)
        {
            smaller = false;
            foreach (TrainingJob candidate in Smaller(job))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!CanBe(candidate) || Examine(candidate) is null) continue;
                (job, smaller) = (candidate, true);
                break;
            }
        }
        return job;
    }

    private static IEnumerable<TrainingJob> Smaller(TrainingJob job)
    {
        for (int i = 0; i < job.Faults.Count; i++) yield return job with { Faults = [.. job.Faults.Where((_, at) => at != i)] };
        if (job.Workers > 1) yield return job with { Workers = job.Workers - 1 };
        if (job.Steps > 1) yield return job with { Steps = job.Steps / 2 };
        if (job.Steps > 1) yield return job with { Steps = job.Steps - 1 };
        if (job.Network is not null) yield return job with { Network = null };
        if (job.Stragglers.Count > 0) yield return job with { Stragglers = [] };
        if (job.ComputeTime.Distribution is not null) yield return job with { ComputeTime = job.ComputeTime with { Distribution = null } };
        if (job.EvaluateEvery < 1000) yield return job with { EvaluateEvery = 1000 };
        if (job.Collectives != CollectiveCosting.Auto) yield return job with { Collectives = CollectiveCosting.Auto };
    }

    private bool CanBe(TrainingJob job)
    {
        try
        {
            JobPlan.Build(job, _data, _model);
            return true;
        }
        catch (InvalidRequestException)
        {
            return false;
        }
    }
}
