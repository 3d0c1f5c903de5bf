using Rubato.Configuration;
using Rubato.Simulation;
using Rubato.Strategies;
using Rubato.Studies;
using Rubato.Training;

namespace Rubato.Tests.Studies;

public class FaultSearchTests
{
    private const int Runs = 2000;

    [Fact]
    public void Every_promise_is_kept_under_two_thousand_schedules_of_faults()
    {
        var search = new FaultSearch();

        FaultFinding? found = search.Search(1, Runs, progress: null, CancellationToken.None);

        Assert.True(found is null, $"Seed {found?.Seed}: {found?.What}\nrubato train {(found is null ? "" : JobFile.ToFlags(found.Job))}");
        Assert.True(search.Restarts > Runs / 50, $"Only {search.Restarts} of {Runs} jobs failed and went on from a checkpoint.");
    }

    [Fact]
    public void Every_strategy_is_drawn() =>
        Assert.Equal(StrategyCatalog.All.Entries.Select(entry => entry.Name).Order(), FaultSearch.StrategyNames.Order());

    [Fact]
    public void An_ignored_bound_is_found_and_shrunk()
    {
        var search = new FaultSearch
        {
            Plant = (job, strategy) => job.Strategy.Name == "ssp" ? StrategyCatalog.All.Create(new Specification("async")) : strategy,
        };

        FaultFinding found = Found(search);

        Assert.Equal("ssp", found.Job.Strategy.Name);
        Assert.Contains("began clock", found.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_that_vanish_without_a_word_are_found_and_shrunk()
    {
        var search = new FaultSearch { Plant = (job, strategy) => job.Strategy.Name == "async" ? new Forgetful(strategy) : strategy };

        Assert.Contains("vanished without a word", Found(search).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_wake_up_is_found_and_shrunk()
    {
        var search = new FaultSearch { Plant = (job, strategy) => job.Strategy.Name == "all-reduce" ? new Oversleeping(strategy) : strategy };

        FaultFinding found = Found(search);

        Assert.InRange(found.Job.Workers, 2, 3);
        // A late message may be what makes the other one early.
        Assert.True(found.Job.Faults is [] or [Fault.Delay], $"The shrunk job still has {string.Join(", ", found.Job.Faults)}.");
    }

    [Theory]
    [InlineData("--workers 1 --strategy ssp:bound=3 --steps 6 --fault crash:1@833ms")]
    [InlineData("--workers 1 --strategy ssp:bound=0 --steps 3 --fault crash:0@253ms")]
    [InlineData("--workers 2 --strategy grouped:groups=1 --steps 4 --network latency=20ms,bandwidth=10Mbit --fault crash:0@841ms --seed 850")]
    [InlineData("--workers 1 --strategy ssp:bound=2 --steps 7 --fault crash:0@1071ms --fault delay:probability=0.7,mean=30ms --fault delay:probability=0.2,mean=191ms --seed 102704")]
    public void What_the_search_once_found_stays_mended(string flags)
    {
        TrainingJob job = (flags + " --on simulation --model logistic --batch-size 2 --compute-time 100ms --timeout-seconds 5 --evaluate-every 0.004").Split(' ').Chunk(2)
            .Aggregate(new TrainingJob(), (read, flag) => JobFile.Apply(read, flag[0][2..], flag[1]));

        Assert.Null(new FaultSearch().Examine(job));
    }

    private static FaultFinding Found(FaultSearch search)
    {
        FaultFinding? found = search.Search(1, Runs, progress: null, CancellationToken.None);
        Assert.NotNull(found);
        // The seed alone finds it again.
        Assert.NotNull(search.Examine(FaultSearch.CaseOf(found.Seed)));
        Assert.NotNull(search.Examine(found.Job));
        Assert.True(found.Job.Steps <= FaultSearch.CaseOf(found.Seed).Steps);
        return found;
    }

    /// <summary>Every other step, a worker computes a gradient that it tells nobody of.</summary>
    private sealed record Forgetful(StrategyDefinition Inner) : PlantedStrategy(Inner)
    {
        protected override async ValueTask StepAsync(IStrategy inner, Worker worker, CancellationToken cancellation)
        {
            if (worker.Step % 2 == 0) await worker.ComputeGradientAsync(cancellation);
            else await inner.StepAsync(worker, cancellation);
        }
    }

    /// <summary>Waits for a neighbour's signal, and clears it after it may already have come.</summary>
    private sealed record Oversleeping(StrategyDefinition Inner) : PlantedStrategy(Inner)
    {
        protected override async ValueTask StepAsync(IStrategy inner, Worker worker, CancellationToken cancellation)
        {
            await inner.StepAsync(worker, cancellation);
            if (worker.WorkerCount < 2 || worker.Rank > 1) return;
            var wake = new TaskCompletionSource();
            _ = ListenAsync(worker, () => wake.TrySetResult());
            await worker.Workers.SendAsync(1 - worker.Rank, 7, new byte[1], cancellation);
            await Task.Yield();
            if (wake.Task.IsCompleted) wake = new TaskCompletionSource();
            await wake.Task;
        }

        private static async Task ListenAsync(Worker worker, Action wake)
        {
            try
            {
                using Rubato.Communication.Message message = await worker.Workers.ReceiveAsync(1 - worker.Rank, 7, CancellationToken.None);
                wake();
            }
            catch (Rubato.Communication.CommunicationException)
            {
                // Nobody will wake anybody any more.
            }
        }
    }

    private abstract record PlantedStrategy(StrategyDefinition Inner) : WrappedStrategy(Inner)
    {
        protected override IStrategy Wrap(IStrategy inner) => new PlantedWorker(inner, StepAsync);

        protected abstract ValueTask StepAsync(IStrategy inner, Worker worker, CancellationToken cancellation);
    }

    private sealed class PlantedWorker(IStrategy inner, Func<IStrategy, Worker, CancellationToken, ValueTask> step) : WrappedWorker(inner)
    {
        public override ValueTask StepAsync(Worker worker, CancellationToken cancellation) => step(Inner, worker, cancellation);
    }
}
