using Rubato.Configuration;
using Rubato.Simulation;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>Whether a run under faults ended as it may.</summary>
/// <remarks>
/// It ends in time. Where nothing is lost or silent beyond the deadline, it ends well. Where only workers crash that the strategy can spare, it
/// ends well. Where it fails, it fails with an error of its own that names an endpoint which was disturbed. And every sample is accounted for.
/// </remarks>
internal static class FaultVerdict
{
    // From the last word of a run that fails: the search for the silent one, partings, farewells.
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(15);

    /// <summary>The virtual time by which any run of this job has ended.</summary>
    public static TimeSpan TimeLimit(JobPlan plan)
    {
        TrainingJob job = plan.Job;
        double factor = job.Stragglers.Aggregate(1.0, (product, straggler) => product * straggler.Factor);
        // Distributions have tails: thirty times the mean of a step, for every step, is never reached by chance.
        TimeSpan training = job.ComputeTime.Base * (30 * factor * (job.Steps ?? 1) * (1 + job.Workers));
        TimeSpan faults = job.Faults.Aggregate(TimeSpan.Zero, (sum, fault) => sum + fault switch
        {
            Fault.Pause pause => pause.At + pause.Duration,
            Fault.Partition cut => cut.At + cut.Duration,
            Fault.Delay delay => delay.Mean * 2000,
            _ => TimeSpan.Zero,
        });
        // Each of the random pauses and cuts lasts half as long as the least time between two, on some endpoint: time is three times as long.
        if (job.Faults.Any(fault => fault is Fault.AtRandom)) training *= 3;
        return training + faults + TimeSpan.FromSeconds(4 * job.TimeoutSeconds) + Aftermath;
    }

    /// <summary>What is wrong with how the run ended; null when nothing is.</summary>
    public static string? Of(TrainingJob job, FaultOutcome outcome)
    {
        if (outcome.Failure is { } failure) return OfFailure(job, failure);
        RunReport report = outcome.Report!;
        long needed = (job.Steps ?? 0) * job.Workers * job.BatchSize;
        if (report.Samples.Applied < needed) return $"The run ended with {report.Samples.Applied} samples applied, but its budget is {needed}.";
        if (report.Samples.Computed != report.Samples.Applied + report.Samples.Dropped + report.Samples.Lost)
            return $"{report.Samples.Computed} samples were computed, but {report.Samples.Applied} applied, {report.Samples.Dropped} dropped and {report.Samples.Lost} lost.";
        // At the end each worker may have one gradient on its way that nobody took up.
        if (outcome.SamplesListed is { } listed && report.Samples.Computed - report.Samples.Lost - listed > (long)job.Workers * job.BatchSize)
            return $"{report.Samples.Computed} samples were computed and {report.Samples.Lost} lost, but only {listed} listed as applied or dropped: some vanished without a word.";
        return null;
    }

    private static string? OfFailure(TrainingJob job, Exception failure)
    {
        if (failure is not RunFailedException)
            return $"The run broke with {failure.GetType().Name}: {failure.Message}";
        StrategyDefinition strategy = StrategyCatalog.All.Create(job.Strategy);
        int[] disturbed = [.. job.Faults.SelectMany(fault => Disturbed(job, fault)).Distinct()];
        if (disturbed.Length == 0) return $"The run failed although nothing was lost or silent beyond its deadline: {failure.Message}";
        if (CanSpare(job, strategy)) return $"The run failed although {job.Strategy} can spare what crashed: {failure.Message}";
        int servers = strategy.ServersFor(job.Workers);
        return disturbed.Any(rank => failure.Message.Contains(RunFailures.NameOf(rank, job.Workers, servers), StringComparison.OrdinalIgnoreCase))
            ? null
            : $"The run's failure names none of those that were disturbed: {failure.Message}";
    }

    // Whose crash, or whose silence, may end a run. Delays and cuts add up on a way of several messages.
    private static IEnumerable<int> Disturbed(TrainingJob job, Fault fault)
    {
        int endpoints = job.Workers + StrategyCatalog.All.Create(job.Strategy).ServersFor(job.Workers);
        bool isLong = job.Faults.Sum(other => other switch
        {
            Fault.Pause pause => pause.Duration.TotalSeconds,
            Fault.Partition cut => cut.Duration.TotalSeconds,
            Fault.Delay delay => 10 * delay.Mean.TotalSeconds,
            // How often it comes is not limited.
            Fault.AtRandom => job.TimeoutSeconds,
            _ => 0,
        }) + SlowestStepSeconds(job) > 0.8 * job.TimeoutSeconds;
        return fault switch
        {
            Fault.Crash crash => [crash.Rank],
            Fault.Restart restart => [restart.Rank],
            // Whoever waits behind the silent one may be waited for itself.
            Fault.Pause or Fault.Partition or Fault.Delay or Fault.AtRandom when isLong => Enumerable.Range(0, endpoints),
            _ => [],
        };
    }

    private static double SlowestStepSeconds(TrainingJob job) =>
        6 * FaultCase.StepsBetweenWaits(job) * job.ComputeTime.Base.TotalSeconds * job.Stragglers.Aggregate(1.0, (product, straggler) => product * straggler.Factor);

    private static bool CanSpare(TrainingJob job, StrategyDefinition strategy)
    {
        int?[] lost = [.. job.Faults.Select(fault => fault switch { Fault.Crash crash => crash.Rank, Fault.Restart restart => restart.Rank, _ => (int?)null }).Distinct()];
        if (!strategy.SurvivesLostWorkers || !lost.All(rank => rank < job.Workers)) return false;
        int crashed = lost.Length;
        int spare = job.Strategy.Name == "backup-workers" ? Backups(job.Strategy) : job.Workers - 1;
        return crashed <= spare;
    }

    private static int Backups(Specification strategy) =>
        strategy.Options.TryGetValue("backup", out string? text) ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 1;
}
