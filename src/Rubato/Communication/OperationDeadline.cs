namespace Rubato.Communication;

/// <summary>Watches over one operation: its deadline, its caller's cancellation and the loss of those it cannot do without.</summary>
/// <remarks>Whichever comes first cancels <see cref="Token"/>; <see cref="Explain"/> then says which it was.</remarks>
internal sealed class OperationDeadline : IDisposable
{
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    private readonly ITransport _transport;
    private readonly Group? _vital;
    private readonly string _operation;
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;
    // Never disposed: it holds no timer and no handle of its own, and a late timer or loss may still want to cancel it.
    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _timer;
    private readonly long _started;
    private PeerLostException? _loss;
    private TimeSpan _whenPassed;
    private bool _passed;

    /// <summary>Starts watching.</summary>
    /// <param name="transport">Tells the time and who is lost.</param>
    /// <param name="vital">The group whose every member is needed, null when no peer is vital.</param>
    /// <param name="operation">What is under way, as errors name it.</param>
    /// <param name="timeout">The time it may take.</param>
    /// <param name="cancellation">The caller's own cancellation.</param>
    public OperationDeadline(ITransport transport, Group? vital, string operation, TimeSpan timeout, CancellationToken cancellation)
    {
        (_transport, _vital, _operation, _timeout, _cancellation) = (transport, vital, operation, timeout, cancellation);
        _started = transport.Time.GetTimestamp();
        _timer = transport.Time.CreateTimer(static state => ((OperationDeadline)state!).Pass(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(timeout, Timeout.InfiniteTimeSpan);
        _registration = cancellation.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _source);
        if (vital is null) return;

        // Subscribe first and look second, so that no loss falls in between.
        transport.PeerLost += Lose;
        foreach (PeerLostException loss in transport.LostPeers.Values) Lose(loss);
    }

    /// <summary>Cancelled when the operation must end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The time since the operation began.</summary>
    public TimeSpan Elapsed => _transport.Time.GetElapsedTime(_started);

    /// <summary>Turns the failure that the operation met into the one that its caller should see.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="waitedFor">The endpoint that was waited for, or <see cref="Endpoints.Any"/>.</param>
    public Exception Explain(Exception failure, int waitedFor)
    {
        if (failure is PeerLostException direct) return new PeerLostException(direct.Rank, _operation, Elapsed, direct.Reason, direct);
        if (failure is not OperationCanceledException) return failure;
        if (Volatile.Read(ref _loss) is { } loss) return new PeerLostException(loss.Rank, _operation, Elapsed, loss.Reason, loss);
        if (_cancellation.IsCancellationRequested) return new OperationCanceledException(failure.Message, failure, _cancellation);
        return Volatile.Read(ref _passed) ? new CommunicationTimeoutException(waitedFor, _operation, _whenPassed) : failure;
    }

    /// <summary>Cancels the operation for a reason of its own.</summary>
    public void Cancel() => _source.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_vital is not null) _transport.PeerLost -= Lose;
        _registration.Unregister();
        _timer.Dispose();
    }

    private void Pass()
    {
        // The runtime's timers count on a coarse clock and may ring some milliseconds early; no deadline may pass before its time.
        TimeSpan elapsed = Elapsed, rest = _timeout - elapsed;
        if (rest > TimeSpan.Zero)
        {
            _timer.Change(rest + TimerStep, Timeout.InfiniteTimeSpan);
            return;
        }

        // Not what it is by the time that a busy loop comes to hear of it.
        _whenPassed = elapsed;
        Volatile.Write(ref _passed, true);
        _source.Cancel();
    }

    private void Lose(PeerLostException loss)
    {
        if (!_vital!.Contains(loss.Rank)) return;
        Interlocked.CompareExchange(ref _loss, loss, null);
        _source.Cancel();
    }
}
