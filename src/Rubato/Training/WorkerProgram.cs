using Rubato.Communication;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>A worker's life: start, steps with their tickets and pauses, leave.</summary>
internal sealed class WorkerProgram : IDisposable
{
    private const int WarmUpRounds = 3;

    // Totals and traces are news, not bookkeeping: often enough for a live display, rarely enough to cost nothing.
    private static readonly TimeSpan NewsInterval = TimeSpan.FromMilliseconds(50);

    private readonly JobPlan _plan;
    private readonly ITransport _transport;
    private readonly RankLine _line;
    private readonly CancellationTokenSource _broken;
    private readonly CancellationToken _cancellation;
    private readonly LedgerPen _ledger = new();
    private readonly SpanRecorder _spans;
    private readonly JoinPen _joins;
    private readonly IStrategy _strategy;
    private readonly IAccelerator[] _accelerators;
    private readonly TrainingWorker[] _threads;
    private readonly bool _warmsUp;
    private long _steps;
    private TimeSpan _go, _paused, _lastNews;
    private (long Bytes, long Messages) _warmUpTraffic;

    public WorkerProgram(
        JobPlan plan, ITransport transport, Func<int, IAccelerator> accelerator, RankLine line, float[] initial, CancellationToken cancellation)
    {
        _plan = plan;
        _transport = transport;
        _line = line;
        _broken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _cancellation = _broken.Token;
        _spans = new SpanRecorder(transport.Rank, transport.Time);
        _joins = new JoinPen(_spans);
        _strategy = plan.Strategy.CreateWorker(plan.Workers);
        _accelerators = [.. Enumerable.Range(0, plan.ThreadsPerWorker).Select(accelerator)];
        try
        {
            var first = new TrainingWorker(plan, transport, _accelerators[0], initial, _strategy, _ledger, _spans, _joins);
            _threads = [first, .. _accelerators.Skip(1).Select(first.AddThread)];
            _warmsUp = _accelerators[0].NeedsWarmUp;
            if (!_warmsUp) return;
            foreach (TrainingWorker thread in _threads) thread.WarmUp();
        }
        catch
        {
            // Nobody holds what was never finished, and its threads would stay.
            Dispose();
            throw;
        }
    }

    // What the strategy and the checkpoints see of the worker as a whole.
    private TrainingWorker Worker => _threads[0];

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

        await _strategy.LeaveAsync(Worker, _cancellation);
        await SendNewsAsync();
        await _line.SendAsync(new ControlMessage.Left());
        await _line.ExpectAsync<ControlMessage.Finish>(_cancellation);
        await SendNewsAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IAccelerator accelerator in _accelerators) accelerator.Dispose();
        _broken.Dispose();
    }

    private async Task StartAsync(StateSnapshot? resumed)
    {
        await _strategy.StartAsync(Worker, _cancellation);
        resumed?.RestoreTo(Worker);
    }

    private async Task PrepareAsync(StateSnapshot? resumed, bool startsLate)
    {
        // The first exchanges of a process cost tenths of a second of compilation, which is no part of the training.
        for (int round = 0; _warmsUp && round < WarmUpRounds; round++)
            await Worker.Workers.AllReduceAsync(Worker.Gradient, ReduceOperation.Mean, _cancellation);
        _warmUpTraffic = (_transport.Traffic.BytesSent, _transport.Traffic.MessagesSent);
        if (!startsLate) await StartAsync(resumed);
    }

    private async Task StepTogetherAsync()
    {
        while (true)
        {
            bool last = Worker.Step >= _plan.Steps || !await MayStepAsync();
            if (!last)
            {
                long step = Worker.Step;
                // A pool of one's own is gone through in order, however often its worker sits out.
                await StepAsync(Worker, Worker.SharesSamples ? step * _plan.Workers + Worker.Rank : step - Worker.SitOuts, _plan.SamplesAfter(step));
                last = Worker.Step >= _plan.Steps;
            }
            if ((last || _plan.IsPause(Worker.Step)) && !await PauseAsync(last)) return;
        }
    }

    // Only a budget in time must be asked for; the conductor gives every worker the same answer for the same step.
    private async ValueTask<bool> MayStepAsync()
    {
        if (_plan.Job.MaxSeconds is null) return true;
        return await AskTicketAsync(Worker) is not null;
    }

    // A point that all workers reach at the same step; they stand still until the conductor has what it wants.
    private async Task<bool> PauseAsync(bool last)
    {
        await _strategy.DrainAsync(Worker, _cancellation);
        await SendNewsAsync();
        TimeSpan start = _spans.Now;
        await _line.SendAsync(new ControlMessage.Arrived(Worker.Step, last));
        var verdict = await _line.ExpectAsync<ControlMessage.Verdict>(_cancellation);
        _paused += _spans.Now - start;
        _spans.Add(TracePhase.Evaluate, start, Worker.Step);
        return verdict.GoOn;
    }

    private Task StepOnDemandAsync() => Task.WhenAll(_threads.Select(StepOnDemandAsync));

    private async Task StepOnDemandAsync(TrainingWorker thread)
    {
        try
        {
            while (await AskTicketAsync(thread) is { } ticket)
            {
                await StepAsync(thread, ticket.Batch, ticket.SamplesApplied);
                await SendLedgerAsync();
            }
            await _strategy.DrainAsync(thread, _cancellation);
        }
        catch (Exception)
        {
            // A worker that has lost a thread has failed, and its other threads are not to go on.
            _broken.Cancel();
            throw;
        }
    }

    private async Task<ControlMessage.Ticket?> AskTicketAsync(TrainingWorker thread)
    {
        TimeSpan start = _spans.Now;
        await _line.SendAsync(new ControlMessage.AskTicket(thread.Step + 1));
        ControlMessage answer = await _line.ExpectAsync(_cancellation);
        _spans.Add(TracePhase.Wait, start, thread.Step + 1, thread.Thread);
        return answer switch
        {
            ControlMessage.Ticket ticket => ticket,
            ControlMessage.NoTicket => null,
            _ => throw new InvalidOperationException(
                $"The conductor said {answer.GetType().Name} to a request for a ticket. This is a defect of Rubato; please report it."),
        };
    }

    private async Task StepAsync(TrainingWorker thread, long batch, long samplesApplied)
    {
        thread.Begin(batch, samplesApplied);
        long gradients = thread.Gradients, sitOuts = thread.SitOuts;
        TimeSpan start = _spans.Now;
        await _strategy.StepAsync(thread, _cancellation);
        if (thread.Gradients + thread.SitOuts != gradients + sitOuts + 1)
        {
            throw new InvalidOperationException(
                $"Strategy '{_plan.Job.Strategy.Name}' computed {thread.Gradients - gradients} gradients in step {thread.Step} and sat out {thread.SitOuts - sitOuts} times, "
                + "but a step does exactly one of the two. Call ComputeGradientAsync, StepInPlaceAsync or SitOut once in StepAsync.");
        }
        _spans.Add(TracePhase.Communicate, start, thread.ComputeStart, thread.Step, thread.Thread);
        _spans.Add(TracePhase.Communicate, thread.ComputeEnd, thread.Step, thread.Thread);
        _steps++;
        if (_spans.Now - _lastNews >= NewsInterval || _joins.IsFull) await SendNewsAsync();
    }

    private async Task SendNewsAsync()
    {
        _lastNews = _spans.Now;
        await SendLedgerAsync();
        TimeSpan computing = default;
        long gradients = 0, losses = 0, synchronizations = 0;
        double lossSum = 0;
        foreach (TrainingWorker thread in _threads)
        {
            computing += thread.Computing;
            gradients += thread.Gradients;
            lossSum += thread.LossSum;
            losses += thread.Losses;
            synchronizations += thread.Synchronizations;
        }
        TimeSpan wait = (_lastNews - _go - _paused) * _threads.Length - computing;
        await _line.SendAsync(new ControlMessage.Totals(new RankTotals(
            _steps, gradients, computing, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, lossSum, losses,
            _transport.Traffic.BytesSent - _warmUpTraffic.Bytes, _transport.Traffic.MessagesSent - _warmUpTraffic.Messages, synchronizations)));
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
                new ControlMessage.ModelPart(send.Request, 0, _strategy.ModelOf(Worker).ToArray())),
            ControlMessage.SendState send => _line.SendAsync(new ControlMessage.State(send.Request, StateSnapshot.Of(Worker))),
            // A worker hears of the end when it asks for a ticket, and of lost peers from what it does with them.
            _ => Task.CompletedTask,
        };
    }
}
