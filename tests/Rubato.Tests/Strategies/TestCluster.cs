using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Numerics;
using Rubato.Strategies;
using Rubato.Training;
using Rubato.Transports.InProcess;

namespace Rubato.Tests.Strategies;

/// <summary>Runs a <see cref="TestJob"/>: real strategies and servers over real communicators, on one event loop.</summary>
internal sealed class TestCluster
{
    private readonly List<AppliedGradient> _applied = [];
    private readonly List<(int Worker, int Samples)> _dropped = [];
    private readonly SortedSet<int> _killed = [];
    private readonly StrategyDefinition _definition;
    private readonly CancellationTokenSource[] _stopping;
    private readonly TestWorker[] _workers;
    private readonly TestWorker[][] _threads;
    private readonly TestServer[] _servers;
    private readonly IStrategy[] _strategies;
    private readonly IServerProgram[] _programs;
    private readonly InProcessNetwork _network;
    private readonly List<ITransport> _transports = [];
    private readonly RandomStream _latencies;
    private readonly TaskCompletionSource _allStarted = new();
    private int _started;
    private long _nextBatch;
    private double _filled;

    private TestCluster(TestJob job)
    {
        Job = job;
        _definition = StrategyCatalog.All.Create(Specification.Parse(job.Strategy));
        _definition.Validate(job.Workers);
        int servers = _definition.ServersFor(job.Workers);
        _stopping = [.. Enumerable.Range(0, servers).Select(_ => new CancellationTokenSource())];
        _network = new InProcessNetwork(job.Workers + servers, Loop.Time);
        _latencies = RandomStream.Create(job.Seed, "latency");
        _nextBatch = job.Resume?.NextBatch ?? 0;
        int[] world = [.. Enumerable.Range(0, job.Workers + servers)];
        var options = new CommunicatorOptions { Timeout = TimeSpan.FromSeconds(1000) };
        foreach (int rank in world)
            _transports.Add(new DelayedTransport(_network.Open(rank), Loop, RandomStream.Create(job.Seed, "link", rank), job.Latency, job.Frozen));
        _workers = [.. world[..job.Workers].Select(rank => new TestWorker(
            this, rank, new Communicator(_transports[rank], world, options), new Communicator(_transports[rank], world[..job.Workers], options)))];
        _threads = [.. _workers.Select(worker => Enumerable.Range(0, _definition.ThreadsPerWorker)
            .Select(thread => thread == 0 ? worker : new TestWorker(this, worker.Rank, worker.World, worker.Workers, worker, thread)).ToArray())];
        _servers = [.. Enumerable.Range(0, servers).Select(index => new TestServer(
            this, index, servers, new Communicator(_transports[job.Workers + index], world, options)))];
        _strategies = [.. _workers.Select(_ => _definition.CreateWorker(job.Workers))];
        _programs = [.. _servers.Select(server => _definition.CreateServer(server.Index, job.Workers))];
    }

    public TestJob Job { get; }

    public TestLoop Loop { get; } = new();

    public long Computed { get; set; }

    /// <summary>Steps that every worker had taken before this run began; meaningful where batches are dealt by step and rank.</summary>
    public long FirstStep => (Job.Resume?.NextBatch ?? 0) / Job.Workers;

    // As in a real job: what lies before it is a table that servers keep.
    public int FirstOwnParameter => _definition.KeepsTableOnServers ? Job.Table.Length : 0;

    // As in a real job: what workers hold between steps is saved with them, unless the servers hold it.
    private bool WorkersHaveState => _definition.AssignmentFor(Job.Workers) == BatchAssignment.ByStepAndRank || _definition.WorkersHaveState;

    // As in a real job: whole updates, and only as many batches a step as are applied in one.
    private long StepBudget
    {
        get
        {
            long whole = Job.EndsAnywhere ? 1 : _definition.StepsPerUpdate(_workers[0].MostOwnSamples, Job.BatchSize), batches = whole * _definition.BatchesPerStep(Job.Workers);
            return (Job.Batches + batches - 1) / batches * whole;
        }
    }

    public List<string> Decisions { get; } = [];

    public static TestRun Train(TestJob job)
    {
        var cluster = new TestCluster(job);
        cluster.Loop.Run(cluster.RunAsync, cluster.Describe);
        return cluster.Result();
    }

    public static float LearningRateAt(long samplesApplied) => 0.2f / (1 + samplesApplied / 200f);

    /// <summary>Whatever the job's own length, so that half a run is at the same point as the first half of a whole one.</summary>
    public static double ProgressAt(long stepsTaken) => Math.Min(1, stepsTaken / 20.0);

    public float[] InitialModel() =>
        Job.Resume?.Model.ToArray() ?? [.. Enumerable.Range(0, Job.Length).Select(j => 0.1f * j - 0.7f)];

    public CancellationToken StoppingOf(int server) => _stopping[server].Token;

    public void Applied(int worker, int samples, int staleness) => Applied(worker, samples, staleness, _workers[worker].Batch);

    public void Applied(int worker, int samples, int staleness, long batch)
    {
        _applied.Add(new AppliedGradient(worker, samples, staleness, batch));
        Job.Applied(_programs);
        if (_applied.Count == Job.Batches) _filled = Loop.Now;
        if (_definition.AssignmentFor(Job.Workers) == BatchAssignment.OnDemand && _applied.Count == Job.Batches) Stop();
    }

    public void Dropped(int worker, int samples) => _dropped.Add((worker, samples));

    private async Task RunAsync()
    {
        foreach ((TestServer server, IServerProgram program) in _servers.Zip(_programs))
        {
            program.Prepare(server);
            if (Job.Resume is { } resume) resume.States[$"server-{server.Index}"].RestoreTo(program);
        }
        Task[] servers = [.. _servers.Zip(_programs, ServeAsync)];
        Task[] workers = [.. _workers.Select(WorkAsync)];
        foreach ((int worker, double seconds) in Job.Kills) Loop.After(seconds, () => Kill(worker));
        List<Task> open = [.. servers, .. workers];
        while (open.Count > 0)
        {
            Task done = await Task.WhenAny(open);
            await done;
            open.Remove(done);
        }
    }

    private async Task ServeAsync(TestServer server, IServerProgram program)
    {
        try
        {
            await program.RunAsync(server, CancellationToken.None);
        }
        catch (Exception failure) when ((failure is CommunicationException or ObjectDisposedException) && _killed.Contains(server.World.Rank))
        {
            // This is what being killed looks like from inside.
        }
    }

    private async Task WorkAsync(TestWorker worker)
    {
        IStrategy strategy = _strategies[worker.Rank];
        try
        {
            await strategy.StartAsync(worker, CancellationToken.None);
            if (Job.Resume is { } resume && WorkersHaveState)
            {
                resume.States[$"worker-{worker.Rank}"].RestoreTo(strategy);
                resume.States[$"worker-{worker.Rank}-replica"].RestoreTo(worker);
                resume.States[$"optimizer-{worker.Rank}"].RestoreTo(worker.Optimizer);
            }
            if (++_started == Job.Workers) _allStarted.SetResult();
            if (Job.StartsTogether) await _allStarted.Task;
            await Task.WhenAll(_threads[worker.Rank].Select(async thread =>
            {
                while (TakeTicket(thread)) await strategy.StepAsync(thread, CancellationToken.None);
                await strategy.DrainAsync(thread, CancellationToken.None);
            }));
            await strategy.LeaveAsync(worker, CancellationToken.None);
        }
        catch (CommunicationException) when (_killed.Contains(worker.Rank))
        {
            // This is what being killed looks like from inside.
        }
    }

    private bool TakeTicket(TestWorker worker)
    {
        if (_killed.Contains(worker.Rank)) return false;
        if (_definition.AssignmentFor(Job.Workers) == BatchAssignment.ByStepAndRank)
        {
            if (FirstStep + worker.StepsTaken >= StepBudget) return false;
            long batch = (Job.Resume?.NextBatch ?? 0) + worker.StepsTaken * Job.Workers + worker.Rank;
            worker.Batch = batch;
            _nextBatch = Math.Max(_nextBatch, batch + 1);
        }
        else
        {
            if (_applied.Count >= Job.Batches) return false;
            worker.Batch = _nextBatch++;
        }
        worker.StepsTaken++;
        return true;
    }

    // Each server hears of the end, and of a loss, in its own time.
    private void Stop()
    {
        foreach (CancellationTokenSource server in _stopping) Loop.After(Job.Latency * _latencies.NextDouble(), server.Cancel);
    }

    private void Kill(int rank)
    {
        _killed.Add(rank);
        _network.Lose(rank, "killed by the test");
        foreach (TestServer server in _servers.Where(server => server.World.Rank != rank))
            Loop.After(Job.Latency * _latencies.NextDouble(), () => server.Lose(rank));
    }

    private string Describe() =>
        $"{Job.Strategy}, {Job.Workers} workers, {_applied.Count} applied, {_dropped.Count} dropped, steps {string.Join(' ', _workers.Select(w => w.StepsTaken))}";

    private TestRun Result()
    {
        float[] model = _strategies[0].ModelOf(_workers[0]).ToArray();
        if (_definition.ModelHome == ModelHome.Replicas)
        {
            for (int rank = 0; rank < _workers.Length; rank++) RankOrderedMean.Accumulate(model, _strategies[rank].ModelOf(_workers[rank]).Span, rank);
            RankOrderedMean.Finish(model, _workers.Length);
        }
        if (_definition.ModelHome == ModelHome.Servers)
        {
            model = new float[Job.Length];
            int covered = 0;
            foreach (TestServer server in _servers)
            {
                if (server.Offer is not { } offer) continue;
                offer.Copy(model.AsMemory(offer.Offset, offer.Length));
                covered += offer.Length;
            }
            Assert.Equal(Job.Length, covered);
        }
        if (_definition.KeepsTableOnServers && _definition.ModelHome != ModelHome.Servers)
            foreach (TestServer server in _servers)
                if (server.Offer is { } offer) offer.Copy(model.AsMemory(offer.Offset, offer.Length));
        var states = new SortedDictionary<string, StateSnapshot>(StringComparer.Ordinal);
        foreach (TestWorker worker in _workers)
        {
            states[$"worker-{worker.Rank}"] = StateSnapshot.Of(_strategies[worker.Rank]);
            states[$"worker-{worker.Rank}-replica"] = StateSnapshot.Of(worker);
            states[$"optimizer-{worker.Rank}"] = StateSnapshot.Of(worker.Optimizer);
        }
        foreach (TestServer server in _servers) states[$"server-{server.Index}"] = StateSnapshot.Of(_programs[server.Index]);
        return new TestRun
        {
            Model = model,
            Applied = _applied,
            Dropped = _dropped,
            StepsByWorker = [.. _threads.Select(threads => threads.Sum(thread => thread.StepsTaken))],
            Synchronizations = [.. _threads.Select(threads => threads.Sum(thread => thread.Synchronizations))],
            States = states,
            Seconds = Loop.Now,
            FilledSeconds = _filled,
            SamplesApplied = _applied.Sum(applied => (long)applied.Samples),
            NextBatch = _nextBatch,
            Computed = Computed,
            Decisions = Decisions,
        };
    }
}
