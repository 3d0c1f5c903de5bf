using Rubato.Communication;

namespace Rubato.Strategies.ParameterServer;

/// <summary>What a server hears of, one event at a time and in order: losses first, then the stop, then messages.</summary>
/// <remarks>Disposing it waits until the last receive has been withdrawn.</remarks>
internal sealed class Inbox : IAsyncDisposable
{
    private readonly Server _server;
    private readonly CancellationTokenSource _withdrawn;
    private readonly CancellationTokenRegistration _stopping;
    private readonly Queue<int> _lost = [];
    private TaskCompletionSource _wake = NewWake();
    private Task<Message>? _receive;
    private bool _stopHeard;

    /// <summary>Listens from now on.</summary>
    public Inbox(Server server, CancellationToken cancellation)
    {
        _server = server;
        _withdrawn = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _server.PeerLost += ReportLost;
        _stopping = server.Stopping.Register(() => _wake.TrySetResult());
    }

    /// <summary>Puts a lost rank in line; reporting one twice does no harm.</summary>
    public void ReportLost(int rank)
    {
        _lost.Enqueue(rank);
        _wake.TrySetResult();
    }

    /// <summary>The next event.</summary>
    /// <param name="failure">Ends the wait with its exception when it faults.</param>
    public async ValueTask<InboxEvent> NextAsync(Task failure)
    {
        while (true)
        {
            // Renewed before the causes are looked at, so that a wake-up in between is never missed.
            if (_wake.Task.IsCompleted) _wake = NewWake();
            if (failure.IsFaulted) await failure;
            if (_lost.TryDequeue(out int rank)) return new InboxEvent(Lost: rank);
            if (!_stopHeard && _server.Stopping.IsCancellationRequested)
            {
                _stopHeard = true;
                return default;
            }
            _receive ??= _server.World.ReceiveAsync(Endpoints.Any, ServerTags.Requests, _withdrawn.Token).AsTask();
            if (!_receive.IsCompleted) await Task.WhenAny(_receive, _wake.Task, failure);
            if (!_receive.IsCompleted || _wake.Task.IsCompleted) continue;
            Task<Message> received = _receive;
            _receive = null;
            try
            {
                return new InboxEvent(await received);
            }
            catch (CommunicationTimeoutException)
            {
                // Nobody wanted anything for that long. A server may idle; lost clients are reported, not waited for.
                continue;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _server.PeerLost -= ReportLost;
        _stopping.Unregister();
        // Not CancelAsync, which would go through the thread pool.
        _withdrawn.Cancel();
        if (_receive is { } receive)
        {
            await ((Task)receive).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (receive.IsCompletedSuccessfully) receive.Result.Dispose();
        }
        _withdrawn.Dispose();
    }

    // Continuations run inline: a WhenAny over a source that completes asynchronously would go through the thread pool.
    private static TaskCompletionSource NewWake() => new();
}
