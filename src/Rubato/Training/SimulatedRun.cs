using Rubato.Communication;
using Rubato.Simulation;
using Rubato.Transports.Simulated;

namespace Rubato.Training;

/// <summary>One run of a simulated cluster: its loop, its network, its ranks and its conductor.</summary>
internal sealed class SimulatedRun
{
    private readonly JobPlan _plan;
    private readonly RunFolders _folders;
    private readonly ComputePool _pool;
    private readonly SimulationLoop _loop = new();
    private readonly SimulatedNetwork _network;
    private readonly FaultSchedule _faults;
    private readonly bool[] _ended;
    private int _open;

    public SimulatedRun(
        JobPlan plan, RunFolders folders, ComputePool pool, Action<SimulationLoop, SimulatedNetwork>? watching)
    {
        (_plan, _folders, _pool) = (plan, folders, pool);
        for (int rank = 0; rank < plan.Conductor; rank++) _loop.AddRank(rank, RunFailures.NameOf(rank, plan.Workers, plan.Servers));
        _loop.AddRank(plan.Conductor, "conductor");
        int formulaFrom = plan.Job.Collectives switch
        {
            CollectiveCosting.Messages => int.MaxValue,
            CollectiveCosting.Formula => 2,
            _ => SimulatedCluster.FormulaFrom,
        };
        var disturbance = MessageDisturbance.Of(plan.Job.Faults, plan.Job.Seed);
        _network = new SimulatedNetwork(_loop, plan.NetworkMap, disturbance, formulaFrom);
        _ended = new bool[plan.WorldSize];
        _faults = new FaultSchedule(plan, _loop, _network, disturbance, folders.Resume is not null, rank => _ended[rank]);
        _faults.Begin();
        watching?.Invoke(_loop, _network);
    }

    public RunReport Run(IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        long began = RealTime.Clock.GetTimestamp();
        // Cancelled on the loop only, whichever thread the user's own cancellation comes from.
        using var stopped = new CancellationTokenSource();
        using var stranded = new CancellationTokenSource();
        Task<RunReport>? conducting = null;
        for (int rank = 0; rank < _plan.Conductor; rank++)
        {
            int own = rank;
            Start(own, () => RunRankAsync(own, stranded.Token));
        }
        Start(_plan.Conductor, async () =>
        {
            try
            {
                conducting = ConductAsync(progress ?? new NoProgress(), report => Finish(report, began), stopped.Token);
                await conducting;
            }
            finally
            {
                // Ranks end when the conductor tells them; this is for those that it could no longer reach.
                stranded.Cancel();
            }
        });
        _loop.Run(
            () =>
            {
                if (cancellation.IsCancellationRequested && !stopped.IsCancellationRequested)
                    _loop.Post(_loop.Ranks[_plan.Conductor], _ => stopped.Cancel(), null);
                return _open == 0;
            },
            () => $"{string.Join(", ", _loop.Ranks.Where(rank => !_ended[rank.Number] && !rank.HasCrashed).Take(4).Select(rank => rank.Name))} had not ended");
        return conducting!.GetAwaiter().GetResult();
    }

    private RunReport Finish(RunReport report, long began) => report with
    {
        WallSeconds = RealTime.Clock.GetElapsedTime(began).TotalSeconds,
        TraceHash = _loop.Trace.ToString(),
        SimulatedEvents = _loop.Events,
        MissedFaults = [.. _faults.Missed.Select(fault => $"{fault}")],
    };

    private void Start(int number, Func<Task> program)
    {
        _open++;
        SimulatedRank rank = _loop.Ranks[number];
        rank.Crashed = () => End(number);
        rank.Broken = failure => _network.Lose(number, $"its event loop broke: {RunFailures.Describe(failure)}");
        _loop.At(0, rank, () => _ = RunToItsEndAsync(number, program));
    }

    private async Task RunToItsEndAsync(int number, Func<Task> program)
    {
        try
        {
            await program();
        }
        catch (Exception failure) when (failure is not SimulationException)
        {
            // The conductor was told; what it made of that is the run's outcome.
            _ = failure;
        }
        finally
        {
            End(number);
        }
    }

    private void End(int number)
    {
        if (_ended[number]) return;
        _ended[number] = true;
        _open--;
    }

    private async Task RunRankAsync(int rank, CancellationToken stranded)
    {
        await using ITransport transport = _network.Open(rank);
        IAccelerator AcceleratorOf(int thread) => new SimulatedAccelerator(
            transport.Time, _pool, _plan.Job.ComputeTime.StepOf(_plan.Job.BatchSize), _plan.FactorsOf(rank, thread),
            () => _loop.Trace.Add(_loop.Now, (ulong)rank));
        await RankProgram.RunAsync(_plan, transport, AcceleratorOf, _folders.Resume, stranded);
    }

    private async Task<RunReport> ConductAsync(IProgress<RunProgress> progress, Func<RunReport, RunReport> finishing, CancellationToken stopped)
    {
        await using ITransport transport = _network.Open(_plan.Conductor);
        return await Conductor.RunAsync(_plan, transport, new InstantAccelerator(), _folders.Output, _folders.Resume, progress, stopped, finishing);
    }

    /// <summary>Whether somebody watches must not change the row of events.</summary>
    private sealed class NoProgress : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
        }
    }
}
