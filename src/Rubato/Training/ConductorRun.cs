using System.Globalization;
using System.Security.Cryptography;
using Rubato.Communication;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>One run as its conductor leads it: greet, go, train, collect, part.</summary>
internal sealed class ConductorRun : IDisposable
{
    private static readonly TimeSpan TimeToPart = TimeSpan.FromSeconds(5), ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly JobPlan _plan;
    private readonly TrainingJob _job;  // that repeats the run
    private readonly ITransport _transport;
    private readonly RunDirectory? _directory;
    private readonly Checkpoint? _resume;
    private readonly IProgress<RunProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly SynchronizationContext? _loop = SynchronizationContext.Current;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _failed;
    private readonly ControlLine _line;
    private readonly RankRoster _roster;
    private readonly RankCollector _collector;
    private readonly RunAccount _account;
    private readonly ClusterClock _clock;
    private readonly RunExaminer _examiner;
    private readonly SpanRecorder _spans;
    private readonly RunTrace? _trace;
    private readonly JoinBook _joins;
    private readonly Conducting _conducting;
    private readonly List<string> _decisions = [];
    private readonly long _start;
    private string _phase;

    public ConductorRun(JobPlan plan, ITransport transport, IAccelerator accelerator, RunDirectory? directory, Checkpoint? resume,
        IProgress<RunProgress>? progress, CancellationToken cancellation)
    {
        _plan = plan;
        _transport = transport;
        _directory = directory;
        _resume = resume;
        _job = resume is null ? plan.Job : Resumption.JobToRepeat(plan.Job, resume, directory);
        _progress = progress;
        _cancellation = cancellation;
        _failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _start = transport.Time.GetTimestamp();
        _phase = $"starting {plan.Workers} worker{Plural(plan.Workers)}" + (plan.Servers > 0 ? $" and {plan.Servers} server{Plural(plan.Servers)}" : "");
        _account = RunAccount.Of(plan);
        if (resume is not null) Resumption.Restore(plan, resume, _account);
        _line = new ControlLine(transport);
        _roster = new RankRoster(plan, transport, _line, _closing.Token)
        {
            LastCheckpoint = () => _examiner?.HasCheckpoint == true ? directory?.Path : plan.Job.Resume,
            Failing = _failed.Cancel,
        };
        _collector = new RankCollector(plan, _roster);
        _clock = new ClusterClock(transport.Time, TimeSpan.FromSeconds(resume?.ClusterSeconds ?? 0));
        _spans = new SpanRecorder(plan.Conductor, transport.Time);
        _trace = directory is null ? null : new RunTrace(plan.Workers);
        _joins = new JoinBook(_account.Take, _trace is null ? null : _trace.TakeWait);
        _examiner = new RunExaminer(plan, accelerator, _account, directory, _spans, _failed.Token);
        _conducting = plan.Assignment == BatchAssignment.ByStepAndRank
            ? new StepConducting(plan, _roster, _collector, _examiner, _account, _clock, resume?.Step ?? 0)
            { Saves = directory is not null, Begun = GoOn }
            : new DemandConducting(plan, _roster, _collector, _examiner, _account, _clock,
                plan.CreateDeal().IsShared, resume is not null && plan.WorkersHaveState, resume?.NextBatch ?? 0, transport.Time, _failed.Token)
            { Saves = directory is not null, Begun = GoOn };
    }

    public async Task<RunReport> RunAsync(Func<RunReport, RunReport>? finishing)
    {
        _transport.PeerLost += OnPeerLost;
        foreach (PeerLostException lost in _transport.LostPeers.Values) OnPeerLost(lost);
        await using CancellationTokenRegistration registration = _cancellation.Register(() => Post(OnCancelled));
        Task receiving = ReceiveAsync();
        Task reporting = ReportProgressAsync();
        try
        {
            await GreetAsync();
            await _conducting.ConductAsync();
            await _roster.SettleAsync();
            await PartAsync();
            return Finish(finishing);
        }
        catch (Exception failure)
        {
            // The run's first failure is what ended it, whatever broke afterwards.
            await AbortAsync(_roster.Failure ?? failure);
            throw AsUserSees(_roster.Failure ?? failure);
        }
        finally
        {
            _transport.PeerLost -= OnPeerLost;
            _closing.Cancel();
            await receiving;
            await reporting;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing.Dispose();
        _failed.Dispose();
    }

    private async Task GreetAsync()
    {
        TimeSpan limit = TimeSpan.FromSeconds(_plan.Job.TimeoutSeconds);
        await AwaitStageAsync(RankStage.Present, limit, "load data and model");
        _roster.Tell(_roster.Live, new ControlMessage.Start(_trace is not null));
        await AwaitStageAsync(RankStage.Ready, limit, "start the strategy");
        _phase = "training";
        _roster.IsTraining = true;
        _clock.Run();
        TimeSpan now = _spans.Now;
        _spans.Start(-now, records: _trace is not null);
        _roster.Tell(_roster.Live, new ControlMessage.Go(now));
    }

    private async Task AwaitStageAsync(RankStage stage, TimeSpan limit, string what)
    {
        if (!await _roster.UntilOr(limit, () => _roster.Failure is not null || _roster.AllAre(stage)))
        {
            throw new RunFailedException(
                $"After {limit.TotalSeconds:0.#} s these ranks did not yet {what}: {_roster.NamesBefore(stage)}. "
                + "Look at their output if they are stuck, or raise --timeout-seconds if they are only slow.");
        }
        if (_roster.Failure is { } failure) throw failure;
    }

    private async Task PartAsync()
    {
        _phase = "finishing";
        await _roster.UntilOrDeaf(() => _roster.AllAre(RankStage.Left), () => _roster.Before(RankStage.Left));
        _roster.Tell(_roster.Live, new ControlMessage.Finish());
        // Totals came before; a rank that dies on its way out takes nothing along.
        await _roster.UntilOr(TimeToPart, () => _roster.AllAre(RankStage.Gone));
    }

    private async Task AbortAsync(Exception failure)
    {
        _phase = "ending";
        _roster.Fail(failure);
        string reason = failure is OperationCanceledException ? "the run was cancelled" : $"the run failed: {failure.Message}";
        _roster.Tell(_roster.Live, new ControlMessage.Abort(reason));
        await _roster.UntilOr(TimeToPart, () => _roster.AllHaveParted);
    }

    private Exception AsUserSees(Exception failure) => failure switch
    {
        OperationCanceledException => new OperationCanceledException("The run was cancelled.", failure, _cancellation),
        RunFailedException or Configuration.InvalidRequestException => failure,
        _ => new RunFailedException($"The run failed: {RunFailures.Describe(failure)}", failure),
    };

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                (int rank, ControlMessage message) = await _line.ReceiveAsync(Endpoints.Any, _closing.Token);
                Take(rank, message);
                _roster.Check();
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The run is over.
        }
        catch (Exception failure)
        {
            _roster.Fail(failure);
        }
    }

    private void Take(int rank, ControlMessage message)
    {
        switch (message)
        {
            case ControlMessage.Hello: _roster.Reach(rank, RankStage.Present); break;
            case ControlMessage.AskClock: _roster.Tell(rank, new ControlMessage.Clock(_spans.Now)); break;
            case ControlMessage.Ready: _roster.Reach(rank, RankStage.Ready); break;
            case ControlMessage.AskTicket ask: _conducting.AnswerTicket(rank, ask.Step); break;
            case ControlMessage.Arrived arrived: _conducting.TakeArrival(rank, arrived); break;
            case ControlMessage.Totals totals: _account.Take(rank, totals.Values); break;
            case ControlMessage.Ledger ledger: _conducting.TakeLedger(ledger.Entries); _trace?.Take(ledger.Entries); break;
            case ControlMessage.Joins joins: _joins.Take(rank, joins.Marks); break;
            case ControlMessage.Waits waits: Array.ForEach(waits.Caused, _account.Take); break;
            case ControlMessage.ModelPart part: _collector.Take(rank, part); break;
            case ControlMessage.State state: _collector.Take(rank, state); break;
            case ControlMessage.Spans spans: _trace?.Take(rank, spans.Items); break;
            case ControlMessage.Note note: _decisions.Add(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds:0.000} s: {note.Text}")); break;
            case ControlMessage.Left: _roster.Reach(rank, RankStage.Left); break;
            case ControlMessage.Failed failed: _roster.TakeFailure(rank, failed); break;
            case ControlMessage.Here: _roster.TakeSignOfLife(rank); break;
            case ControlMessage.Bye: _roster.Reach(rank, RankStage.Gone); break;
            default: throw new InvalidDataException($"Endpoint {rank} sent {message.GetType().Name}, which only a conductor says.");
        }
    }

    private async Task ReportProgressAsync()
    {
        if (_progress is null) return;
        while (!_closing.IsCancellationRequested)
        {
            EvaluationPoint? last = _examiner.Points.Count > 0 ? _examiner.Points[^1] : null;
            _progress.Report(new RunProgress(
                _phase, _account.Applied, _plan.SampleBudget, _clock.Elapsed.TotalSeconds, _account.RecentTrainLoss() ?? last?.TrainLoss,
                last, [.. Enumerable.Range(0, _plan.Workers).Select(worker => _account.Of(worker).Steps)],
                [.. _roster.Lost.Keys]));
            try
            {
                await Task.Delay(ProgressInterval, _transport.Time, _closing.Token);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private RunReport Finish(Func<RunReport, RunReport>? finishing)
    {
        float[] model = _examiner.Model!;
        EvaluationPoint last = _examiner.Points[^1];
        WorkerReport[] workers = [.. Enumerable.Range(0, _plan.Workers).Select(ReportOf)];
        double compute = workers.Sum(worker => worker.ComputeSeconds), wait = workers.Sum(worker => worker.WaitSeconds);
        var report = new RunReport
        {
            Job = _job,
            ResumedAtStep = _resume?.Step,
            Servers = _plan.Servers,
            Steps = _conducting.Steps,
            Samples = _account.Settle([.. _roster.Lost.Keys]),
            Epochs = _plan.EpochsOf(_account.Applied),
            TrainSeconds = _clock.Elapsed.TotalSeconds,
            WallSeconds = _transport.Time.GetElapsedTime(_start).TotalSeconds,
            TrainLoss = last.TrainLoss,
            TestLoss = last.TestLoss,
            TestAccuracy = last.TestAccuracy,
            SecondsToTarget = _examiner.AtTarget?.Seconds,
            BytesToTarget = _examiner.AtTarget?.BytesSent,
            BytesSent = _account.BytesSent,
            MessagesSent = _account.MessagesSent,
            Staleness = _account.Staleness(),
            WaitFraction = compute + wait > 0 ? wait / (compute + wait) : 0,
            ParametersSha256 = HashOf(model),
            Workers = workers,
            Evaluations = [.. _examiner.Points],
            Decisions = [.. _decisions],
            Losses = [.. _roster.Lost.Select(pair => $"{RunFailures.NameOf(pair.Key, _plan.Workers, _plan.Servers)}: {pair.Value}")],
        };
        if (finishing is not null) report = finishing(report);
        if (_spans.Take() is { } spans) _trace?.Take(_plan.Conductor, spans);
        if (_directory is not null) _trace?.WriteTo(_directory, report);
        _directory?.WriteReport(report);
        return report;
    }

    private WorkerReport ReportOf(int worker)
    {
        RankTotals totals = _account.Of(worker);
        return new WorkerReport(
            worker, totals.Steps, _account.ComputedBy(worker), totals.Compute.TotalSeconds, totals.Wait.TotalSeconds, totals.BytesSent,
            _account.WaitCausedBy(worker).TotalSeconds, totals.Synchronizations);
    }

    private static string Plural(int count) => count == 1 ? "" : "s";

    private static string HashOf(float[] model)
    {
        var bytes = new byte[model.Length * sizeof(float)];
        LittleEndianFloats.Write(model, bytes);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    // Not before: a checkpoint that does not fit is refused, and its run's folder is to be as it was.
    private void GoOn()
    {
        if (_resume is not null) _directory?.GoOn(_job, _resume, Resumption.IsUsedUp(_plan, _resume));
    }

    private void OnCancelled() => _roster.Fail(new OperationCanceledException("The run was cancelled.", _cancellation));

    // Raised on any thread.
    private void OnPeerLost(PeerLostException lost) => Post(() => _roster.TakeLoss(lost.Rank, lost.Reason));

    private void Post(Action action)
    {
        if (_loop is null || SynchronizationContext.Current == _loop) action();
        else _loop.Post(_ => action(), null);
    }
}
