using System.Globalization;
using Rubato.Data;
using Rubato.Strategies;
using Rubato.Training;

namespace Rubato.Studies;

/// <summary>What a study works with: it runs jobs and takes down what is found.</summary>
/// <remarks>Simulated runs go side by side, one a core, which changes none of their figures; all others one after the other.</remarks>
/// <param name="clusterFor">The cluster of a world.</param>
/// <param name="seeds">How many seeds each setting is to be run with; at least 1.</param>
/// <param name="progress">Is told how many runs are done of how many; null for nobody.</param>
/// <param name="cancellation">Ends the study.</param>
public sealed class StudyContext(Func<World, ICluster> clusterFor, int seeds, IProgress<(int Done, int All)>? progress, CancellationToken cancellation)
{
    private readonly Dictionary<(string Name, string? Folder), Dataset> _datasets = [];
    private readonly List<StudyRun> _runs = [];
    private readonly List<StudyBar> _bars = [];
    private readonly List<StudyTable> _tables = [];
    private readonly List<string> _charts = [];
    private readonly List<string> _remarks = [];

    /// <summary>The seeds to run each setting with.</summary>
    public IReadOnlyList<ulong> Seeds { get; } = [.. Enumerable.Range(1, seeds).Select(seed => (ulong)seed)];

    /// <summary>Ends the study.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Runs jobs; the results are in their order.</summary>
    public Task<IReadOnlyList<StudyRun>> RunAsync(IReadOnlyList<TrainingJob> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        return RunAsync([.. jobs.Select(job => JobPlan.Build(job, DatasetOf(job)))]);
    }

    /// <summary>Runs simulated jobs, each with a strategy object of the study's own in place of the one that it names.</summary>
    internal Task<IReadOnlyList<StudyRun>> RunAsync(IReadOnlyList<TrainingJob> jobs, IReadOnlyList<StrategyDefinition> strategies) =>
        RunAsync([.. jobs.Zip(strategies, (job, strategy) => JobPlan.Build(job, DatasetOf(job), strategy: strategy))]);

    private async Task<IReadOnlyList<StudyRun>> RunAsync(JobPlan[] plans)
    {
        var runs = new StudyRun[plans.Length];
        int done = 0;
        var sideBySide = new ParallelOptions
        {
            MaxDegreeOfParallelism = plans.All(plan => plan.Job.On == World.Simulation) ? Environment.ProcessorCount : 1,
            CancellationToken = cancellation,
        };
        await Parallel.ForAsync(0, plans.Length, sideBySide, async (i, stop) =>
        {
            runs[i] = await RunAsync(plans[i], stop);
            progress?.Report((Interlocked.Increment(ref done), plans.Length));
        });
        _runs.AddRange(runs);
        return runs;
    }

    /// <summary>Takes down a bar: what was asked, and whether the figure is that.</summary>
    /// <param name="what">What is looked at.</param>
    /// <param name="asked">What it must be, in words.</param>
    /// <param name="figure">What it is; no number never holds.</param>
    /// <param name="holds">Whether that is what was asked for.</param>
    /// <param name="format">How the figure is written.</param>
    public void Ask(string what, string asked, double figure, Func<double, bool> holds, string format = "0.000")
    {
        ArgumentNullException.ThrowIfNull(holds);
        _bars.Add(new StudyBar(what, asked, double.IsNaN(figure) ? "none" : figure.ToString(format, CultureInfo.InvariantCulture), !double.IsNaN(figure) && holds(figure)));
    }

    /// <summary>Takes down a table.</summary>
    public void Show(StudyTable table) => _tables.Add(table);

    /// <summary>Takes down a chart, as an SVG document.</summary>
    public void Show(string svg) => _charts.Add(svg);

    /// <summary>Takes down what a reader must know beside the figures.</summary>
    public void Remark(string text) => _remarks.Add(text);

    /// <summary>Runs a study to its result.</summary>
    public async Task<StudyResult> RunAsync(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        await study.Experiment(this);
        return new StudyResult(study, Seeds.Count, _runs, _bars, _tables, _charts, _remarks);
    }

    private async Task<StudyRun> RunAsync(JobPlan plan, CancellationToken stop)
    {
        try
        {
            RunReport report = plan.Job.On == World.Simulation
                ? await new SimulatedCluster { ComputeThreads = 0 }.RunAsync(plan, progress: null, stop)
                : await clusterFor(plan.Job.On).RunAsync(plan.Job, progress: null, stop);
            return new StudyRun(plan.Job, report, null);
        }
        catch (RunFailedException failure) when (failure.Message.Contains("diverged", StringComparison.Ordinal))
        {
            return new StudyRun(plan.Job, null, failure.Message);
        }
    }

    private Dataset DatasetOf(TrainingJob job)
    {
        if (!_datasets.TryGetValue((job.Dataset, job.DataDir), out Dataset? dataset))
            _datasets.Add((job.Dataset, job.DataDir), dataset = DatasetCatalog.Load(job.Dataset, job.DataDir));
        return dataset;
    }
}
