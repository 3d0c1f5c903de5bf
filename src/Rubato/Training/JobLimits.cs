using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Optimizers;
using Rubato.Simulation;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>What a job may ask for, beyond what each property checks by itself.</summary>
internal static class JobLimits
{
    // Threads and processes are the machine's own.
    private const int MostLocalWorkers = 1024;
    private const int MostBudgetsOfUpdate = 4;
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

    /// <summary>Refuses a schedule that runs over the whole training where nobody knows how long that is, and one that never leaves its warm-up.</summary>
    public static void Check(TrainingJob job, LearningRateSchedule schedule, Dataset dataset)
    {
        if (SampleBudgetOf(job, dataset) is { } samples)
        {
            CheckWarmup(job, schedule, (double)samples / dataset.Train.Count);
            return;
        }
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

    /// <summary>Refuses sites of endpoints that there are not.</summary>
    public static void Check(TrainingJob job, StrategyDefinition strategy, NetworkMap map)
    {
        int named = map.NamedEndpoints - 1, last = job.Workers + strategy.ServersFor(job.Workers) - 1;
        if (named <= last) return;
        throw new InvalidRequestException(
            $"The network '{job.Network}' puts endpoint {named} into the site '{map.Names[map.SiteOf(named)]}', but the job has workers and servers up to {last}. "
            + "Name no others, or raise --workers.");
    }

    /// <summary>Refuses a strategy that follows the training's progress where nobody knows how long the training is.</summary>
    public static void Check(TrainingJob job, StrategyDefinition strategy)
    {
        if (!strategy.NeedsSampleBudget || job.Epochs is not null || job.Steps is not null) return;
        throw new InvalidRequestException(
            $"The strategy '{job.Strategy}' changes at a share of the training, but the job has no budget in epochs or steps. Add --epochs 12, for example.");
    }

    /// <summary>Refuses a strategy that needs workers with samples of their own where all draw from one row.</summary>
    public static void Check(TrainingJob job, StrategyDefinition strategy, SampleDeal deal)
    {
        if (!strategy.NeedsOwnSamples || !deal.IsShared) return;
        throw new InvalidRequestException(
            $"The strategy '{job.Strategy}' needs workers with samples of their own, but under the partition '{job.Partition}' all draw from one row. "
            + "Use --partition skew:0, which deals them out at random.");
    }

    /// <summary>Refuses an optimizer whose steps are not what the strategy needs, and one that moves rows of a table on servers which nobody has sent a gradient for.</summary>
    public static void Check(TrainingJob job, StrategyDefinition strategy, OptimizerDefinition optimizer)
    {
        if (strategy.NeedsPlainSgd && optimizer is not Sgd { Momentum: 0, WeightDecay: 0 })
        {
            throw new InvalidRequestException(
                $"The strategy '{job.Strategy}' takes steps that grow with every update, which is sound for plain SGD only, but the optimizer is '{job.Optimizer}'. "
                + "Use --optimizer sgd:lr=0.1, for example, without momentum and weight decay, or --strategy minibatch-sgd.");
        }
        if (!strategy.KeepsTableOnServers || optimizer.CanStepParts) return;
        throw new InvalidRequestException(
            $"The strategy '{job.Strategy}' has servers that step single rows of the embedding table, but '{job.Optimizer}' moves rows without a gradient too, by a momentum, a mean or a decay. "
            + "Use --optimizer adagrad or --optimizer sgd, without momentum and weight decay.");
    }

    /// <summary>Refuses a model with running statistics where the strategy would lead them astray, and one without the one table that servers are to keep.</summary>
    public static void Check(TrainingJob job, StrategyDefinition strategy, ParameterLayout layout)
    {
        if (strategy.NeedsNoStatistics && layout.Blocks.FirstOrDefault(block => block.IsStatistic) is { } statistic)
        {
            throw new InvalidRequestException(
                $"The strategy '{job.Strategy}' adds up steps that the replicas take another share of, but '{job.Model}' has running statistics ('{statistic.Name}'), which overshoot so. "
                + "Use inner-rate=1, or a model without batch norm, such as resnet20:norm=group.");
        }
        if (!strategy.KeepsTableOnServers) return;
        int tables = layout.Blocks.Count(block => block.IsTable);
        if (tables == 1 && layout.Blocks[0].IsTable) return;
        throw new InvalidRequestException(
            $"The strategy '{job.Strategy}' has servers that keep the embedding table with which a model's parameters begin, but '{job.Model}' has {tables} tables"
            + $"{(tables == 1 ? ", and not at its beginning" : "")}. Use --model embedding-mlp, which has one, or tables=replicas.");
    }

    /// <summary>Refuses workers of several threads where all workers are to take the same steps.</summary>
    public static void CheckThreads(TrainingJob job, StrategyDefinition strategy)
    {
        if (strategy.ThreadsPerWorker == 1 || strategy.AssignmentFor(job.Workers) == BatchAssignment.OnDemand) return;
        throw new InvalidRequestException(
            $"The strategy '{job.Strategy}' has {strategy.ThreadsPerWorker} threads a worker, but where every worker takes every step there is 1. Deal mini-batches on demand.");
    }

    /// <summary>Refuses an update that would lead far beyond the budget, since updates cannot be cut.</summary>
    public static void Check(TrainingJob job, StrategyDefinition strategy, long? budget, Int128 ofUpdate)
    {
        if (budget is not { } samples || strategy.AssignmentFor(job.Workers) != BatchAssignment.ByStepAndRank || ofUpdate <= MostBudgetsOfUpdate * (Int128)samples) return;
        throw new InvalidRequestException(
            $"One update of '{job.Strategy}' takes {ofUpdate:N0} samples, but the budget is {samples:N0}, and at most {MostBudgetsOfUpdate} times as many can be, since a run ends after a whole update. "
            + "Ask the strategy for shorter updates, or use more --epochs or --steps.");
    }

    /// <summary>Applied samples that end the run: the smaller of the budgets in epochs and in steps; null without either.</summary>
    public static long? SampleBudgetOf(TrainingJob job, Dataset dataset)
    {
        double step = (double)job.Workers * job.BatchSize, samples = Math.Min(
            job.Epochs is { } epochs ? Math.Ceiling(epochs * dataset.Train.Count) : double.PositiveInfinity,
            job.Steps is { } steps ? steps * step : double.PositiveInfinity);
        if (job.Epochs is null && job.Steps is null) return null;
        if (samples > MostSamples)
        {
            throw new InvalidRequestException(
                $"The budget is {samples:G3} samples, but the largest is {MostSamples:G3}. Use fewer epochs or steps, or --max-seconds.");
        }
        if (step > samples)
        {
            throw new InvalidRequestException(
                $"One step takes {job.Workers} mini-batches of {job.BatchSize} samples, {step:N0} in all, but the budget is {samples:N0}. "
                + "Use a smaller --batch-size, fewer workers, or more --epochs.");
        }
        return (long)samples;
    }

    private static void CheckWarmup(TrainingJob job, LearningRateSchedule schedule, double epochs)
    {
        if (schedule.Warmup < epochs || schedule.Warmup == 0) return;
        static string Epochs(double count) => FormattableString.Invariant($"{count:0.####} epoch{(count == 1 ? "" : "s")}");
        throw new InvalidRequestException(
            $"The schedule '{job.Schedule}' warms up for {Epochs(schedule.Warmup)}, but the budget is {Epochs(epochs)}, so that all of the training would be warm-up. "
            + FormattableString.Invariant($"Use warmup={epochs / 10:0.####}, for example, or a larger budget."));
    }

    private static void CheckWorld(TrainingJob job)
    {
        if (job.On == World.Simulation) CheckSimulation(job);
        else CheckReality(job);
        if (job is { Tls: true, On: World.Mpi })
            throw new InvalidRequestException("--tls encrypts Rubato's own connections, but under MPI the library makes them. Leave it out, and let the site's network be private.");
        if (job is { Tls: true, On: not World.Processes })
            throw new InvalidRequestException($"--tls encrypts connections, but {Name(job.On)} has none. Leave it out or use --on processes.");
    }

    private static void CheckSimulation(TrainingJob job)
    {
        if (job.ComputeTime.Base == TimeSpan.Zero)
        {
            throw new InvalidRequestException(
                "The compute time is 0, but in simulation a step's time is what the job says it is. Add --compute-time 20ms, for example.");
        }
        if (job is { Collectives: CollectiveCosting.Formula, Deterministic: false })
        {
            throw new InvalidRequestException(
                "--collectives formula forms sums in rank order, but --deterministic false leaves their order to the messages. Leave one of the two out.");
        }
        foreach (Fault fault in job.Faults)
        {
            int rank = fault switch { Fault.Crash crash => crash.Rank, Fault.Restart restart => restart.Rank, Fault.Pause pause => pause.Rank, Fault.Partition cut => cut.Last, _ => 0 };
            int last = job.Workers + StrategyCatalog.All.Create(job.Strategy).ServersFor(job.Workers) - 1;
            if (rank > last) throw new InvalidRequestException($"The fault {fault} names rank {rank}, but the job has workers and servers up to {last}. Name one of them.");
        }
    }

    private static void CheckReality(TrainingJob job)
    {
        if (job.Workers > MostLocalWorkers && job.On != World.Mpi)
        {
            throw new InvalidRequestException(
                $"The job asks for {job.Workers} workers on one machine, but at most {MostLocalWorkers} run on {Name(job.On)}. "
                + "Use --workers 8, for example, or --on simulation.");
        }
        if (job.Network is { File: not null } or { Sites: not null })
            throw new InvalidRequestException($"The network is {(job.Network?.File is { } file ? $"the file '{file}'" : $"'{job.Network}'")}, but links of their own for each site exist in simulation only. Write latency=1ms,bandwidth=1Gbit, or use --on simulation.");
        if (job.Faults.Count > 0)
            throw new InvalidRequestException($"The job has the fault {job.Faults[0]}, but faults are made in simulation only. Use --on simulation, or leave it out.");
        if (job.Collectives != CollectiveCosting.Auto)
            throw new InvalidRequestException($"--collectives {Name(job.Collectives)} reckons simulated time, but {Name(job.On)} takes real time. Leave it out or use --on simulation.");
    }

    private static string Name(Enum value) => value.ToString().ToLowerInvariant();

    private static void CheckPace(TrainingJob job)
    {
        if (job.ComputeTime.Base < TimeSpan.Zero || job.ComputeTime.Base.TotalSeconds > LongestSeconds)
        {
            throw new InvalidRequestException(
                $"The compute time is {job.ComputeTime.Base}, but it must be from 0 to {LongestSeconds} seconds. Use --compute-time 20ms, for example.");
        }
        if (job.Speeds is { } speeds && speeds.Workers != job.Workers)
        {
            throw new InvalidRequestException(
                $"The speed classes {speeds} name {speeds.Workers} worker{(speeds.Workers == 1 ? "" : "s")}, but the job has {job.Workers}. Use --workers {speeds.Workers}, or other classes.");
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
