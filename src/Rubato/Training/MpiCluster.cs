using System.Security.Cryptography;
using System.Text;
using Rubato.Configuration;
using Rubato.Transports.Mpi;

namespace Rubato.Training;

/// <summary>The world that an MPI launcher starts: every rank of it is this program with the same job, and calls the same runs in the same order.</summary>
/// <remarks>
/// <para>Worker i is on MPI rank i, the conductor on rank 0; <see cref="MpiLayout"/> says where servers are. Every rank's
/// <see cref="RunAsync(TrainingJob, IProgress{RunProgress}, CancellationToken)"/> returns the same report or throws the same failure, so that all end alike;
/// progress, the run directory and notices are rank 0's.</para>
/// <para>MPI is started by the first run and ended by disposal, which waits for all other ranks' disposal: call it once, at the end of the
/// program, on every rank. A job that has lost a rank cannot be ended in order; disposal then ends all its processes.</para>
/// <para>After a run that failed the next one may begin, if all ranks have come out of the failed one together. What that left unfinished inside the library
/// stays there: the next run's collectives are on a communicator of their own, so that nothing of the failed run's can meet them.</para>
/// </remarks>
public sealed class MpiCluster : ICluster, IAsyncDisposable
{
    private static readonly TimeSpan LeastStart = TimeSpan.FromSeconds(60);

    private readonly TimeProvider _time;
    private readonly Action<string>? _notice;
    private readonly Dictionary<int, MpiChannel?> _workerChannels = [];
    private MpiProcess? _process;
    private MpiHall? _hall;
    private MpiPlace[] _places = [];
    private bool _isBroken;
    // The run under way, and for good one that ranks have not come out of together.
    private Specification? _partedIn;

    /// <summary>Creates the cluster; MPI is started by the first run.</summary>
    /// <param name="notice">Is told, a line at a time and on any thread, where endpoints are and what ended a rank; null for nobody.</param>
    /// <param name="time">The clock of this world; null for the machine's.</param>
    public MpiCluster(Action<string>? notice = null, TimeProvider? time = null)
    {
        _notice = notice;
        _time = time ?? RealTime.Clock;
    }

    /// <summary>Whether all ranks have met; from then on they fail together, with the same message.</summary>
    public bool HaveMet => _places.Length > 0;

    /// <summary>This process, once ranks have met.</summary>
    internal MpiProcess Process => _process ?? throw new InvalidOperationException("The ranks have not met yet. Call MeetAsync first.");

    /// <inheritdoc/>
    public Task<RunReport> RunAsync(TrainingJob job, IProgress<RunProgress>? progress, CancellationToken cancellation) =>
        RunAsync(job, job => JobPlan.Build(job), progress, cancellation);

    /// <summary>Runs a job whose plan is made of data or models of one's own, the same on all ranks.</summary>
    /// <exception cref="InvalidRequestException">The job cannot be run as it was put: on any rank, or in a world of this size.</exception>
    /// <exception cref="RunFailedException">The run failed; the message names the first failing rank and its error. Or an earlier run has left no way to go on.</exception>
    public async Task<RunReport> RunAsync(
        TrainingJob job, Func<TrainingJob, JobPlan> build, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(build);
        if (job.On != World.Mpi)
        {
            throw new InvalidRequestException(
                $"The job runs on {job.On.ToString().ToLowerInvariant()}, but this cluster is made of MPI ranks. Set On to Mpi.");
        }
        if (_partedIn is not null)
            throw new RunFailedException($"It was not run: the ranks did not come out of the run of {_partedIn} together, and MPI cannot go on without a rank. Run it by itself.");
        _partedIn = job.Strategy;
        (MpiRun run, RunFolders folders) = await BeginAsync(job, build, progress, cancellation);
        using (run)
        {
            try
            {
                return await run.RunAsync(folders, progress, cancellation);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                // A collective that some ranks have come to and others never will stands in the row of its communicator for ever.
                _workerChannels.Clear();
                throw;
            }
            finally
            {
                if (run.IsBroken) _isBroken = true;
                else _partedIn = null;
            }
        }
    }

    /// <summary>Ends MPI together with all other ranks, or the whole job where it has lost a rank.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        if (_isBroken) _process.Abort(1);
        if (_hall is not null) await _hall.DisposeAsync();
        await _process.DisposeAsync();
    }

    /// <summary>Starts MPI, and finds out where all ranks are.</summary>
    internal async Task<MpiHall> MeetAsync(TimeSpan limit, CancellationToken cancellation)
    {
        if (_hall is not null) return _hall;
        _process ??= MpiLauncher.Start(_time);
        _hall = new MpiHall(_process, _time);
        byte[][] places = await _hall.ExchangeAsync(MpiPlace.Here(_process.Host).Write(), limit, cancellation);
        _places = [.. places.Select(MpiPlace.Read)];
        _process.HasOwnCore = MpiPlace.HaveOwnCores(_places);
        return _hall;
    }

    private async Task<(MpiRun Run, RunFolders Folders)> BeginAsync(
        TrainingJob job, Func<TrainingJob, JobPlan> build, IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        TimeSpan limit = TimeSpan.FromSeconds(Math.Min(job.TimeoutSeconds, 1e6));
        if (limit < LeastStart) limit = LeastStart;
        try
        {
            MpiHall hall = await MeetAsync(limit, cancellation);
            (JobPlan plan, MpiLayout layout) = await hall.AgreeAsync(() => PlanOf(job, build), _places, limit, cancellation);
            await CheckSameAsync(hall, plan.Job, limit, cancellation);
            // Rank 0 writes; everybody reads the checkpoint.
            RunFolders folders = await hall.AgreeAsync(() => hall.Rank == 0 ? RunFolders.Open(plan) : RunFolders.OpenToRead(plan), _places, limit, cancellation);
            if (progress is not null && hall.Rank == 0 && _notice is not null)
                foreach (string line in MpiNotes.Describe(plan, layout, _places, _process!)) _notice(line);
            return (new MpiRun(plan, layout, hall, await OpenAsync(plan.Workers, layout, limit), _places, _notice, _time), folders);
        }
        catch (Exception agreed) when (agreed is InvalidRequestException or RunFailedException)
        {
            // All ranks have heard the same.
            _partedIn = null;
            throw;
        }
    }

    private (JobPlan Plan, MpiLayout Layout) PlanOf(TrainingJob job, Func<TrainingJob, JobPlan> build)
    {
        JobPlan plan = build(job);
        return (plan, MpiLayout.Of(plan.Workers, plan.Servers, _places.Length));
    }

    private static async Task CheckSameAsync(MpiHall hall, TrainingJob job, TimeSpan limit, CancellationToken cancellation)
    {
        byte[][] jobs = await hall.ExchangeAsync(SHA256.HashData(Encoding.UTF8.GetBytes(JobFile.ToYaml(job))), limit, cancellation);
        int other = Array.FindIndex(jobs, one => !one.AsSpan().SequenceEqual(jobs[0]));
        if (other > 0)
        {
            throw new InvalidRequestException(
                $"MPI rank {other} was given another job than rank 0. Start all ranks with the same flags, and with the same job file on every machine.");
        }
    }

    /// <summary>The endpoints of one run. All ranks call it at the same place, and all workers make their communicator then, so it may block.</summary>
    internal async Task<MpiNetwork> OpenAsync(int workers, MpiLayout layout, TimeSpan limit)
    {
        MpiProcess process = _process!;
        if (!_workerChannels.TryGetValue(workers, out MpiChannel? channel))
        {
            if (process.Rank < workers)
            {
                nint communicator = await process.MakeGroupAsync([.. Enumerable.Range(0, workers)], 0).WaitAsync(limit, _time);
                channel = new MpiChannel(process, communicator, process.Rank, workers, process.HasOwnCore);
            }
            _workerChannels.Add(workers, channel);
        }
        return new MpiNetwork(process, layout, new MpiWorkers(workers, process.HasOwnCore, channel), _time);
    }
}
