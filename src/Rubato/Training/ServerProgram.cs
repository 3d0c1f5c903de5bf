using Rubato.Communication;
using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>A server's life: its strategy's program, and beside it the conductor's orders.</summary>
internal sealed class ServerProgram : IDisposable
{
    private readonly ITransport _transport;
    private readonly RankLine _line;
    private readonly CancellationToken _cancellation;
    private readonly LedgerPen _ledger;
    private readonly SpanRecorder _spans;
    private readonly GatePen _gate;
    private readonly TrainingServer _server;
    private readonly IServerProgram _program;
    private bool _sendsLedger;

    public ServerProgram(JobPlan plan, ITransport transport, RankLine line, float[] initial, CancellationToken cancellation)
    {
        _transport = transport;
        _line = line;
        _cancellation = cancellation;
        _spans = new SpanRecorder(transport.Rank, transport.Time);
        _gate = new GatePen(_spans);
        _ledger = new LedgerPen(SendLedgerAtOnce, _gate);
        _server = new TrainingServer(plan, transport, initial, _ledger,
            note => _ = _line.SendAsync(new ControlMessage.Note(note)), new ServeWatch(_spans, SendSpans));
        _program = plan.Strategy.CreateServer(_server.Index, plan.Workers);
    }

    /// <summary>Lives it.</summary>
    /// <param name="resumed">The state to go on from; null to start afresh.</param>
    public async Task RunAsync(StateSnapshot? resumed)
    {
        _program.Prepare(_server);
        resumed?.RestoreTo(_program);
        Task serving = _program.RunAsync(_server, _cancellation);
        _server.LoseThoseAlreadyLost();
        _line.Listen(CarryOut);
        Task greeting = RankStart.GreetAsync(_line, _spans, () => Task.CompletedTask, _cancellation);
        // A server that fails while others start is heard at once.
        if (await Task.WhenAny(serving, greeting) == serving) await serving;
        await greeting;
        await serving;

        if (_ledger.Take() is { } entries) await _line.SendAsync(new ControlMessage.Ledger(entries));
        await SendTotalsAsync();
        await _line.SendAsync(new ControlMessage.Left());
        await _line.ExpectAsync<ControlMessage.Finish>(_cancellation);
        await SendTotalsAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    private Task SendTotalsAsync()
    {
        if (_gate.Take() is { } caused) _ = _line.SendAsync(new ControlMessage.Waits(caused));
        SendSpans();
        return _line.SendAsync(new ControlMessage.Totals(
            default(RankTotals) with { BytesSent = _transport.Traffic.BytesSent, MessagesSent = _transport.Traffic.MessagesSent }));
    }

    private void SendSpans()
    {
        if (_spans.Take() is { } spans) _ = _line.SendAsync(new ControlMessage.Spans(spans));
    }

    // The budget counts what is applied, so the conductor hears of it at once: before the worker whose gradient it was hears of it and asks
    // for more, which makes a job of one worker end exactly. The other entries of the same update follow together.
    private async void SendLedgerAtOnce()
    {
        if (_sendsLedger) return;
        _sendsLedger = true;
        try
        {
            while (_line.Aborted is null && _ledger.Take() is { } entries)
            {
                Task sending = _line.SendAsync(new ControlMessage.Ledger(entries));
                await Task.Yield();
                await sending;
            }
        }
        catch (Exception unreachable) when (unreachable is CommunicationException or OperationCanceledException)
        {
            // The conductor is lost or the rank at its end: the line itself sees to what follows from that.
            return;
        }
        finally
        {
            _sendsLedger = false;
        }
    }

    private void SendModel(int request)
    {
        (int offset, float[] values) = _server.CopyModel();
        _ = SendTotalsAsync();
        _ = _line.SendAsync(new ControlMessage.ModelPart(request, offset, values));
    }

    private void SendState(int request) => _ = _line.SendAsync(new ControlMessage.State(request, StateSnapshot.Of(_program)));

    // Between two awaits of the program's own code, so what is copied is whole and of one moment.
    private void CarryOut(ControlMessage order)
    {
        switch (order)
        {
            case ControlMessage.SendModel send:
                SendModel(send.Request);
                break;
            case ControlMessage.SendState send:
                SendState(send.Request);
                break;
            case ControlMessage.SendCopy send:
                // What the copy holds is in the books before the copy comes, and what it does not hold comes after it.
                if (_ledger.Take() is { } entries) _ = _line.SendAsync(new ControlMessage.Ledger(entries));
                SendModel(send.Request);
                SendState(send.Request);
                break;
            case ControlMessage.Stop:
                _server.Stop();
                break;
            case ControlMessage.PeerLost lost:
                _server.Lose(lost.Endpoint);
                break;
        }
    }
}
