using Rubato.Communication;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>The conductor's view of its ranks: who is there, ready, left, gone or lost; what is said to them; and whether the run failed.</summary>
/// <remarks>Lives on the conductor's event loop.</remarks>
internal sealed class RankRoster
{
    // The rank that is lost may have said why, on another connection than the one that told of the loss.
    private static readonly TimeSpan GraceForTheCause = TimeSpan.FromMilliseconds(500);

    // Added to that: a live rank's loop answers within milliseconds, but its machine may be busy.
    private static readonly TimeSpan TimeForSignOfLife = TimeSpan.FromMilliseconds(1000);

    private readonly JobPlan _plan;
    private readonly ITransport _transport;
    private readonly ControlLine _line;
    private readonly CancellationToken _closing;
    private readonly RankStage[] _stages;
    private readonly int[] _counts = new int[(int)RankStage.Gone + 1];
    private readonly SortedDictionary<int, string> _lost = [];
    private readonly HashSet<int> _reporters = [];
    private readonly SilenceInquest _inquest = new();
    private IReadOnlyList<int> _silent = [];
    private int _lossesInQuestion;
    private readonly List<(Func<bool> Condition, bool DespiteFailure, TaskCompletionSource Met)> _waits = [];

    public RankRoster(JobPlan plan, ITransport transport, ControlLine line, CancellationToken closing)
    {
        _plan = plan;
        _transport = transport;
        _line = line;
        _closing = closing;
        _stages = new RankStage[plan.Conductor];
        _counts[(int)RankStage.Absent] = _stages.Length;
        LiveWorkers = plan.Workers;
    }

    /// <summary>Workers that are not lost.</summary>
    public int LiveWorkers { get; private set; }

    /// <summary>Lost endpoints with the reason.</summary>
    public IReadOnlyDictionary<int, string> Lost => _lost;

    /// <summary>What ended the run; null while nothing did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether a loss of a worker may be survived: not before the go, when strategies still count on everybody.</summary>
    public bool IsTraining { get; set; }

    /// <summary>The folder of the last checkpoint, null while there is none; a failed run's message says how to go on from it.</summary>
    public required Func<string?> LastCheckpoint { get; init; }

    /// <summary>Is called once when the run fails, so that what is under way is broken off.</summary>
    public required Action Failing { get; init; }

    /// <summary>The ranks that are neither gone nor lost.</summary>
    public IEnumerable<int> Live => Enumerable.Range(0, _stages.Length).Where(rank => _stages[rank] != RankStage.Gone && !_lost.ContainsKey(rank));

    /// <summary>The workers that are not lost, in rank order.</summary>
    public IEnumerable<int> Workers => Enumerable.Range(0, _plan.Workers).Where(rank => !_lost.ContainsKey(rank));

    /// <summary>The servers.</summary>
    public IEnumerable<int> Servers => Enumerable.Range(_plan.Workers, _plan.Servers);

    /// <summary>Whether every rank that is not lost has come this far.</summary>
    public bool AllAre(RankStage stage)
    {
        int there = 0;
        for (int reached = (int)stage; reached < _counts.Length; reached++) there += _counts[reached];
        return there + _lost.Keys.Count(rank => _stages[rank] < stage) == _stages.Length;
    }

    /// <summary>Whether every rank that can still be expected to say goodbye has done so.</summary>
    public bool AllHaveParted => Live.All(_silent.Contains);

    /// <summary>The live ranks that have not come this far.</summary>
    public IEnumerable<int> Before(RankStage stage) => Live.Where(rank => _stages[rank] < stage);

    /// <summary>The same by name.</summary>
    public string NamesBefore(RankStage stage) => string.Join(", ", Before(stage).Select(NameOf));

    /// <summary>A rank has come to a stage.</summary>
    public void Reach(int rank, RankStage stage)
    {
        _counts[(int)_stages[rank]]--;
        _counts[(int)stage]++;
        _stages[rank] = stage;
    }

    /// <summary>Sends a message to a rank; to one that is gone or lost it is not sent.</summary>
    public void Tell(int rank, ControlMessage message)
    {
        if (_stages[rank] != RankStage.Gone && !_lost.ContainsKey(rank)) _ = TellAsync(rank, message);
    }

    /// <summary>Sends a message to several ranks.</summary>
    public void Tell(IEnumerable<int> ranks, ControlMessage message)
    {
        foreach (int rank in ranks.ToArray()) Tell(rank, message);
    }

    /// <summary>Completes when the condition holds; is asked again after every event. Fails when the run does.</summary>
    public Task Until(Func<bool> condition) => Until(condition, despiteFailure: false);

    /// <summary>Completes when the condition holds or the time is up, whatever becomes of the run; tells which.</summary>
    public async Task<bool> UntilOr(TimeSpan limit, Func<bool> condition)
    {
        Task met = UntilAsync(condition, despiteFailure: true);
        using var timer = new CancellationTokenSource();
        bool inTime = await Task.WhenAny(met, Task.Delay(limit, _transport.Time, timer.Token)) == met;
        timer.Cancel();
        return inTime;
    }

    /// <summary>Completes when the condition holds; of the ranks that are missing when the job's deadline has passed, those that are deaf are lost.</summary>
    public async Task UntilOrDeaf(Func<bool> condition, Func<IEnumerable<int>> missing)
    {
        TimeSpan limit = TimeSpan.FromSeconds(_plan.Job.TimeoutSeconds);
        // An inquest that is under way asks everybody itself.
        if (!await UntilOr(limit, () => Failure is not null || condition()) && _inquest.First is null)
        {
            int[] asked = [.. missing()];
            Ask(asked);
            await UntilOr(TimeForSignOfLife, () => Failure is not null || !_inquest.Unanswered(asked).Any());
            foreach (int rank in _inquest.Unanswered(asked).ToArray())
                TakeLoss(rank, $"it has not answered for {(limit + TimeForSignOfLife).TotalSeconds:0.#} s, not even the conductor: it hung, or its machine or network did");
        }
        await Until(condition);
    }

    /// <summary>Completes when no loss is being looked into any more that may yet end the run; fails when one does.</summary>
    public Task SettleAsync() => Until(() => _lossesInQuestion == 0);

    /// <summary>Something happened: whoever waits looks again.</summary>
    public void Check()
    {
        for (int i = _waits.Count - 1; i >= 0; i--)
        {
            (Func<bool> condition, bool despiteFailure, TaskCompletionSource met) = _waits[i];
            bool failed = Failure is not null && !despiteFailure;
            if (!failed && !condition()) continue;
            _waits.RemoveAt(i);
            if (failed) met.TrySetException(Failure!);
            else met.TrySetResult();
        }
    }

    /// <summary>Ends the run; only the first failure counts.</summary>
    public void Fail(Exception failure)
    {
        if (Failure is not null) return;
        Failure = failure;
        Failing();
        Check();
    }

    /// <summary>A rank reports that it failed.</summary>
    public void TakeFailure(int rank, ControlMessage.Failed failed)
    {
        Reach(rank, RankStage.Gone);
        _reporters.Add(rank);
        if (failed.Peer < 0 || failed.Peer == rank || failed.Peer >= _plan.Conductor)
            Fail(OwnFailure(rank, failed.Error));
        else if (failed.Waited > TimeSpan.Zero)
            TakeSilence(new SilenceReport(rank, failed.Peer, failed.Waited, failed.Error));
        // A peer that left because it failed has told its own reason, which is nearer to the cause than its leaving.
        else if (!_reporters.Contains(failed.Peer))
            FailSoon(failed.Peer, $"{NameOf(rank)} noticed: {failed.Error}", unlessItReports: false);
        Check();
    }

    /// <summary>A rank gives the sign of life that it was asked for.</summary>
    public void TakeSignOfLife(int rank) => _inquest.TakeAnswer(rank);

    /// <summary>A rank is lost: the run goes on without it if the strategy can, and fails otherwise.</summary>
    public void TakeLoss(int rank, string reason)
    {
        if (rank >= _plan.Conductor || _stages[rank] == RankStage.Gone || !_lost.TryAdd(rank, reason)) return;
        bool isWorker = rank < _plan.Workers;
        if (isWorker) LiveWorkers--;
        bool isSpared = _stages[rank] == RankStage.Left ? _plan.Strategy.ModelHome switch
        {
            ModelHome.Servers => true,
            ModelHome.Workers => LiveWorkers > 0,
            // Its replica was a part of the model; that of the others will do where it would have done without it.
            _ => _plan.Strategy.SurvivesLostWorkers && LiveWorkers > 0,
        }
        : IsTraining && _plan.Strategy.SurvivesLostWorkers && LiveWorkers > 0;
        if (isWorker && isSpared)
            Tell(Servers, new ControlMessage.PeerLost(rank));
        else
            FailSoon(rank, reason, unlessItReports: true);
        Check();
    }

    private string NameOf(int rank) => RunFailures.NameOf(rank, _plan.Workers, _plan.Servers);

    // What fails before the training begins fails again on the way from the checkpoint.
    private RunFailedException OwnFailure(int rank, string error) => new($"{RunFailures.Capital(NameOf(rank))} failed: {error}{(IsTraining ? Way(" ") : "")}");

    private void Ask(IEnumerable<int> ranks)
    {
        _inquest.ForgetAnswers();
        Tell(ranks, new ControlMessage.AreYouThere());
    }

    private void TakeSilence(SilenceReport report)
    {
        bool isFirst = _inquest.First is null;
        _inquest.Take(report);
        if (isFirst) JudgeSilenceSoon(report);
    }

    private async void JudgeSilenceSoon(SilenceReport first)
    {
        Ask(Live);
        // Others may report in the meantime that they waited too, and are no culprits then.
        await Task.Delay(GraceForTheCause, _transport.Time, CancellationToken.None);
        await UntilOr(TimeForSignOfLife, () => Failure is not null || !_inquest.Unanswered(Live).Any());
        if (Failure is not null) return;
        _silent = [.. _inquest.Unanswered(Live)];
        int[] culprits = _inquest.Culprits(Live);
        // One that has been found lost in the meantime has its own words.
        if (_inquest.WaitedFor().FirstOrDefault(_lost.ContainsKey, -1) is >= 0 and int lost)
        {
            FailSoon(lost, _lost[lost], unlessItReports: false);
            return;
        }
        if (culprits.Length == 0)
        {
            Fail(OwnFailure(first.Reporter, first.Error));
            return;
        }
        Fail(new RunFailedException($"{_inquest.Accuse(culprits, _silent, NameOf)}{Way(" ")}") { SilentRanks = _silent });
    }

    private async void FailSoon(int rank, string reason, bool unlessItReports)
    {
        _lossesInQuestion++;
        bool hadBegun = IsTraining;
        await Task.Delay(GraceForTheCause, _transport.Time, CancellationToken.None);
        _lossesInQuestion--;
        FailFor(rank, reason, unlessItReports, hadBegun);
        Check();
    }

    private void FailFor(int rank, string reason, bool unlessItReports, bool hadBegun)
    {
        // It left because it failed, and its own report, still on its way when it left, says why.
        if (unlessItReports && _reporters.Contains(rank)) return;
        // What the conductor saw itself says more than what somebody noticed.
        if (_lost.TryGetValue(rank, out string? seen)) reason = seen;
        if (!hadBegun)
        {
            Fail(new RunFailedException(
                $"{RunFailures.Capital(NameOf(rank))} was lost before the training began ({reason.TrimEnd('.')}). Nothing was trained; start again."));
            return;
        }
        Fail(new RunFailedException(
            $"{RunFailures.Capital(NameOf(rank))} is lost ({reason.TrimEnd('.')}), and {_plan.Job.Strategy} cannot go on without it. "
            + (Way("") is { Length: > 0 } way ? way
                : "Start again, with --output DIR --checkpoint-every 1 to have something to resume from, or with a strategy that survives lost workers.")));
    }

    private string Way(string before) =>
        LastCheckpoint() is { } folder ? $"{before}Go on from its last checkpoint with --resume {folder}." : "";

    // A task whose source completes asynchronously would drag whoever combines it with others through the thread pool.
    private async Task UntilAsync(Func<bool> condition, bool despiteFailure) => await Until(condition, despiteFailure);

    private Task Until(Func<bool> condition, bool despiteFailure)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waits.Add((condition, despiteFailure, met));
        Check();
        return met.Task;
    }

    private async Task TellAsync(int rank, ControlMessage message)
    {
        try
        {
            await _line.SendAsync(rank, message, _closing);
        }
        catch (PeerLostException lost)
        {
            TakeLoss(rank, lost.Reason);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The conductor has ended; nobody waits for this message any more.
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }
}
