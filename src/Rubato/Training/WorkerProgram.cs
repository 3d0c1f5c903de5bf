using Rubato.Communication;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>A worker's life: start, steps with their tickets and pauses, leave.</summary>
internal sealed class WorkerProgram
{
    private const int WarmUpRounds = 3;

    // Totals and traces are news, not bookkeeping: often enough for a live display, rarely enough to cost nothing.
    private static readonly TimeSpan NewsInterval = TimeSpan.FromMilliseconds(50);

    private readonly JobPlan _plan;
    private readonly ITransport _transport;
    private readonly RankLine _line;
    private readonly CancellationToken _cancellation;
    private readonly LedgerPen _ledger = new();
    private readonly SpanRecorder _spans;
    private readonly JoinPen _joins;
    private readonly IStrategy _strategy;
    private readonly TrainingWorker _worker;
    private readonly bool _warmsUp;
    private long _steps;
    private TimeSpan _go, _paused, _lastNews;
    private (long Bytes, long Messages) _warmUpTraffic;

    public WorkerProgram(
        JobPlan plan, ITransport transport, IAccelerator accelerator, RankLine line, float[] initial, CancellationToken cancellation)
    {
        _plan = plan;
        _transport = transport;
        _line = line;
        _cancellation = cancellation;
        _spans = new SpanRecorder(transport.Rank, transport.Time);
        _joins = new JoinPen(_spans);
        _strategy = plan.Strategy.CreateWorker(plan.Workers);
        _worker = new TrainingWorker(plan, transport, accelerator, initial, _strategy, _ledger, _spans, _joins);
        _warmsUp = accelerator.NeedsWarmUp;
        if (_warmsUp) _worker.WarmUp();
    }

    /// <summary>Lives it.</summary>
    /// <param name="resumed">The state to go on from; null to start afresh.</param>
    /// <param name="startsLate">
    /// Whether the strategy starts after the go. Servers that go on from a checkpoint may let a worker that was ahead wait until another
    /// has stepped, and nobody steps before the go; a fresh start is no part of the training time.
    /// </param>
    public async Task RunAsync(StateSnapshot? resumed, bool startsLate)
    {
        _line.Listen(CarryOut);
        await RankStart.GreetAsync(_line, _spans, () => PrepareAsync(resumed, startsLate), _cancellation);
        _go = _lastNews = _spans.Now;
        if (startsLate) await StartAsync(resumed);

        if (_plan.Assignment == BatchAssignment.ByStepAndRank) await StepTogetherAsync();
        else await StepOnDemandAsync();

        await _strategy.LeaveAsync(_worker, _cancellation);
        await SendNewsAsync();
        await _line.SendAsync(new ControlMessage.Left());
        await _line.ExpectAsync<ControlMessage.Finish>(_cancellation);
        await SendNewsAsync();
    }

    private async Task StartAsync(StateSnapshot? resumed)
    {
        await _strategy.StartAsync(_worker, _cancellation);
        resumed?.RestoreTo(_worker);
    }

    private async Task PrepareAsync(StateSnapshot? resumed, bool startsLate)
    {
        // The first exchanges of a process cost tenths of a second of compilation, which is no part of the training.
        for (int round = 0; _warmsUp && round < WarmUpRounds; round++)
            await _worker.Workers.AllReduceAsync(_worker.Gradient, ReduceOperation.Mean, _cancellation);
        _warmUpTraffic = (_transport.Traffic.BytesSent, _transport.Traffic.MessagesSent);
        if (!startsLate) await StartAsync(resumed);
    }

    private async Task StepTogetherAsync()
    {
        while (true)
        {
            bool last = _worker.Step >= _plan.Steps || !await MayStepAsync();
            if (!last)
            {
                long step = _worker.Step;
                // A pool of one's own is gone through in order, however often its worker sits out.
                await StepAsync(_worker.SharesSamples ? step * _plan.Workers + _worker.Rank : step - _worker.SitOuts, step * _plan.SamplesPerStep);
                last = _worker.Step >= _plan.Steps;
            }
            if ((last || _plan.IsPause(_worker.Step)) && !await PauseAsync(last)) return;
        }
    }

    // Only a budget in time must be asked for; the conductor gives every worker the same answer for the same step.
    private async ValueTask<bool> MayStepAsync()
    {
        if (_plan.Job.MaxSeconds is null) return true;
        return await AskTicketAsync() is not null;
    }

    // A point that all workers reach at the same step; they stand still until the conductor has what it wants.
    private async Task<bool> PauseAsync(bool last)
    {
        await _strategy.DrainAsync(_worker, _cancellation);
        await SendNewsAsync();
        TimeSpan start = _spans.Now;
        await _line.SendAsync(new ControlMessage.Arrived(_worker.Step, last));
        var verdict = await _line.ExpectAsync<ControlMessage.Verdict>(_cancellation);
        _paused += _spans.Now - start;
        _spans.Add(TracePhase.Evaluate, start, _worker.Step);
        return verdict.GoOn;
    }

    private async Task StepOnDemandAsync()
    {
        while (await AskTicketAsync() is { } ticket)
        {
            await StepAsync(ticket.Batch, ticket.SamplesApplied);
            await SendLedgerAsync();
        }
        await _strategy.DrainAsync(_worker, _cancellation);
    }

    private async Task<ControlMessage.Ticket?> AskTicketAsync()
    {
        TimeSpan start = _spans.Now;
        await _line.SendAsync(new ControlMessage.AskTicket(_worker.Step + 1));
        ControlMessage answer = await _line.ExpectAsync(_cancellation);
        _spans.Add(TracePhase.Wait, start, _worker.Step + 1);
        return answer switch
        {
            ControlMessage.Ticket ticket => ticket,
            ControlMessage.NoTicket => null,
            _ => throw new InvalidOperationException(
                $"The conductor said {answer.GetType().Name} to a request for a ticket. This is a defect of Rubato; please report it."),
        };
    }

    private async Task StepAsync(long batch, long samplesApplied)
    {
        _worker.Begin(batch, samplesApplied);
        long gradients = _worker.Gradients, sitOuts = _worker.SitOuts;
        TimeSpan start = _spans.Now;
        await _strategy.StepAsync(_worker, _cancellation);
        if (_worker.Gradients + _worker.SitOuts != gradients + sitOuts + 1)
        {
            throw new InvalidOperationException(
                $"Strategy '{_plan.Job.Strategy.Name}' computed {_worker.Gradients - gradients} gradients in step {_worker.Step} and sat out {_worker.SitOuts - sitOuts} times, "
                + "but a step does exactly one of the two. Call ComputeGradientAsync or SitOut once in StepAsync.");
        }
        _spans.Add(TracePhase.Communicate, start, _worker.ComputeStart, _worker.Step);
        _spans.Add(TracePhase.Communicate, _worker.ComputeEnd, _worker.Step);
        _steps++;
        if (_spans.Now - _lastNews >= NewsInterval || _joins.IsFull) await SendNewsAsync();
    }

    private async Task SendNewsAsync()
    {
        _lastNews = _spans.Now;
        await SendLedgerAsync();
        TimeSpan wait = _lastNews - _go - _paused - _worker.Computing;
        await _line.SendAsync(new ControlMessage.Totals(new RankTotals(
            _steps, _worker.Gradients, _worker.Computing, wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
            _worker.LossSum, _worker.Losses, _transport.Traffic.BytesSent - _warmUpTraffic.Bytes,
            _transport.Traffic.MessagesSent - _warmUpTraffic.Messages)));
        if (_joins.Take() is { } marks) await _line.SendAsync(new ControlMessage.Joins(marks));
        if (_spans.Take() is { } spans) await _line.SendAsync(new ControlMessage.Spans(spans));
    }

    private async Task SendLedgerAsync()
    {
        if (_ledger.Take() is { } entries) await _line.SendAsync(new ControlMessage.Ledger(entries));
    }

    // Between two awaits of the worker's own code, so what is copied is whole.
    private void CarryOut(ControlMessage order)
    {
        _ = order switch
        {
            ControlMessage.SendModel send => _line.SendAsync(
                new ControlMessage.ModelPart(send.Request, 0, _strategy.ModelOf(_worker).ToArray())),
            ControlMessage.SendState send => _line.SendAsync(new ControlMessage.State(send.Request, StateSnapshot.Of(_worker))),
            // A worker hears of the end when it asks for a ticket, and of lost peers from what it does with them.
            _ => Task.CompletedTask,
        };
    }
}
