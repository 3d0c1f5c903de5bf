using Rubato.Configuration;
using Rubato.Data;
using Rubato.Optimizers;

namespace Rubato.Training;

/// <summary>What a job may ask for, beyond what each property checks by itself.</summary>
internal static class JobLimits
{
    // Threads and processes are the machine's own; a simulated world will have its own limit.
    private const int MostLocalWorkers = 1024;
    private const double DefaultEpochs = 12, MostSamples = 1e15, LongestSeconds = 1_000_000;

    /// <summary>Checks what needs neither data nor catalogues; the result is the job with its default budget filled in.</summary>
    public static TrainingJob Check(TrainingJob job)
    {
        CheckWorld(job);
        CheckPace(job);
        if (job is { CheckpointEvery: { } every, Output: null })
        {
            throw new InvalidRequestException(
                $"A checkpoint is due every {every} epochs, but there is no folder to write it to. Add --output DIR.");
        }
        if (job.TimeoutSeconds > LongestSeconds)
        {
            throw new InvalidRequestException(
                $"The timeout is {job.TimeoutSeconds} seconds, but the longest is {LongestSeconds}. Use --timeout-seconds 60, for example.");
        }
        bool open = job is { Epochs: null, Steps: null, TargetAccuracy: null, MaxSeconds: null };
        return open ? job with { Epochs = DefaultEpochs } : job;
    }

    /// <summary>Checks what the data limits.</summary>
    public static void Check(TrainingJob job, Dataset dataset)
    {
        if (dataset.Test.Count == 0)
        {
            throw new InvalidRequestException(
                $"The test part of '{dataset.Name}' has 0 samples, but at least 1 is needed to evaluate the model. Choose a data set with a test part.");
        }
        if (job.TargetAccuracy is { } target && dataset.Classes == 0)
        {
            throw new InvalidRequestException(
                $"The target accuracy is {target}, but '{dataset.Name}' is a regression, which has no accuracy. Use --epochs instead.");
        }
        _ = SampleBudgetOf(job, dataset);
    }

    /// <summary>Refuses a schedule that runs over the whole training where nobody knows how long that is.</summary>
    public static void Check(TrainingJob job, LearningRateSchedule schedule)
    {
        if (job.Epochs is not null || job.Steps is not null) return;
        // A schedule depends on the budget if and only if two budgets give two rates somewhere.
        for (double epoch = 0; epoch <= 64; epoch += 0.5)
        {
            if (schedule.FactorAt(epoch, 64) != schedule.FactorAt(epoch, 128))
            {
                throw new InvalidRequestException(
                    $"The schedule '{job.Schedule}' spreads over the whole training, but the job has no budget in epochs or steps. "
                    + "Add --epochs 12, for example, or use --schedule constant.");
            }
        }
    }

    /// <summary>Applied samples that end the run: the smaller of the budgets in epochs and in steps; null without either.</summary>
    public static long? SampleBudgetOf(TrainingJob job, Dataset dataset)
    {
        double samples = Math.Min(
            job.Epochs is { } epochs ? Math.Ceiling(epochs * dataset.Train.Count) : double.PositiveInfinity,
            job.Steps is { } steps ? (double)steps * job.Workers * job.BatchSize : double.PositiveInfinity);
        if (job.Epochs is null && job.Steps is null) return null;
        if (samples > MostSamples)
        {
            throw new InvalidRequestException(
                $"The budget is {samples:G3} samples, but the largest is {MostSamples:G3}. Use fewer epochs or steps, or --max-seconds.");
        }
        return (long)samples;
    }

    private static void CheckWorld(TrainingJob job)
    {
        if (job.On is not (World.Threads or World.Processes or World.Mpi))
        {
            throw new InvalidRequestException(
                $"--on {job.On.ToString().ToLowerInvariant()} is not in this version; use threads, processes or mpi.");
        }
        if (job.Workers > MostLocalWorkers && job.On != World.Mpi)
        {
            throw new InvalidRequestException(
                $"The job asks for {job.Workers} workers on one machine, but at most {MostLocalWorkers} run on {job.On.ToString().ToLowerInvariant()}. "
                + "Use --workers 8, for example.");
        }
        if (job is { Tls: true, On: World.Mpi })
            throw new InvalidRequestException("--tls encrypts Rubato's own connections, but under MPI the library makes them. Leave it out, and let the site's network be private.");
        if (job is { Tls: true, On: World.Threads })
            throw new InvalidRequestException("--tls encrypts connections, but threads have none. Leave it out or use --on processes.");
    }

    private static void CheckPace(TrainingJob job)
    {
        if (job.ComputeTime.Base < TimeSpan.Zero || job.ComputeTime.Base.TotalSeconds > LongestSeconds)
        {
            throw new InvalidRequestException(
                $"The compute time is {job.ComputeTime.Base}, but it must be from 0 to {LongestSeconds} seconds. Use --compute-time 20ms, for example.");
        }
        foreach (Straggler.Fixed straggler in job.Stragglers.OfType<Straggler.Fixed>())
        {
            if (straggler.Rank < 0 || straggler.Rank >= job.Workers)
            {
                throw new InvalidRequestException(
                    $"Straggler {straggler.Rank}:{straggler.Factor} names worker {straggler.Rank}, but there are workers 0 to {job.Workers - 1}. "
                    + "Name one of them or raise --workers.");
            }
        }
        if (job.Network is not { } network) return;
        if (network.Latency < TimeSpan.Zero || network.Latency.TotalSeconds > LongestSeconds)
        {
            throw new InvalidRequestException(
                $"The network latency is {network.Latency}, but it must be from 0 to {LongestSeconds} seconds. Use latency=1ms, for example.");
        }
        if (double.IsNaN(network.BitsPerSecond) || network.BitsPerSecond <= 0)
        {
            throw new InvalidRequestException(
                $"The network bandwidth is {network.BitsPerSecond} bits a second, but it must be above 0. Use bandwidth=1Gbit, for example.");
        }
    }
}
