using Rubato.Communication;

namespace Rubato.Training;

/// <summary>A rank's line to the conductor: answers it waits for, orders it carries out at once, and the abort that ends it.</summary>
/// <remarks>Lives on the rank's event loop. Disposal stops listening.</remarks>
internal sealed class RankLine : IAsyncDisposable
{
    // A rank that ends must not hang on a conductor that no longer listens.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly ITransport _transport;
    private readonly int _conductor;
    private readonly ControlLine _line;
    private readonly CancellationTokenSource _rank;
    private readonly CancellationTokenSource _closing = new();
    private readonly SynchronizationContext? _loop = SynchronizationContext.Current;
    private readonly Queue<ControlMessage> _answers = new();
    private readonly Queue<TaskCompletionSource<ControlMessage>> _awaited = new();
    private Task _listening = Task.CompletedTask;

    /// <param name="transport">The rank's transport.</param>
    /// <param name="conductor">The conductor's endpoint.</param>
    /// <param name="rank">Is cancelled when the conductor aborts the run or is lost.</param>
    public RankLine(ITransport transport, int conductor, CancellationTokenSource rank)
    {
        _transport = transport;
        _conductor = conductor;
        _rank = rank;
        _line = new ControlLine(transport);
        transport.PeerLost += OnPeerLost;
        if (transport.LostPeers.TryGetValue(conductor, out PeerLostException? lost)) OnPeerLost(lost);
    }

    /// <summary>Why the run was ended from outside; null while it was not.</summary>
    public string? Aborted { get; private set; }

    /// <summary>What broke while an order was carried out; null while nothing did. The rank is then cancelled.</summary>
    public Exception? Broken { get; private set; }

    /// <summary>Starts to listen; <paramref name="order"/> carries out what is not an answer.</summary>
    public void Listen(Action<ControlMessage> order) => _listening = ListenAsync(order);

    /// <summary>Sends a message to the conductor, after all earlier ones.</summary>
    public Task SendAsync(ControlMessage message) => _line.SendAsync(_conductor, message, _closing.Token);

    /// <summary>The conductor's next answer, which must be of this kind.</summary>
    public async ValueTask<T> ExpectAsync<T>(CancellationToken cancellation) where T : ControlMessage
    {
        ControlMessage answer = await ExpectAsync(cancellation);
        return answer as T ?? throw new InvalidOperationException(
            $"The conductor said {answer.GetType().Name} where {typeof(T).Name} was due. This is a defect of Rubato; please report it.");
    }

    /// <summary>The conductor's next answer. Several may be awaited at once; they come in the order in which they were asked for.</summary>
    public async ValueTask<ControlMessage> ExpectAsync(CancellationToken cancellation)
    {
        if (_answers.TryDequeue(out ControlMessage? answer)) return answer;
        var awaited = new TaskCompletionSource<ControlMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited.Enqueue(awaited);
        return await OnLoopAsync(awaited.Task).WaitAsync(cancellation);
    }

    // A task whose source completes asynchronously would drag whoever combines it with others through the thread pool.
    private static async Task<ControlMessage> OnLoopAsync(Task<ControlMessage> answer) => await answer;

    /// <summary>Tells the conductor why this rank ends, as well as the line still allows.</summary>
    public Task ReportAsync(Exception failure)
    {
        (int peer, TimeSpan waited) = failure switch
        {
            PeerLostException lost => (lost.Rank, TimeSpan.Zero),
            CommunicationTimeoutException { Rank: >= 0 } silence => (silence.Rank, silence.Elapsed),
            _ => (-1, TimeSpan.Zero),
        };
        return SayLastAsync(new ControlMessage.Failed(RunFailures.Describe(failure), peer, waited));
    }

    /// <summary>Says goodbye to the conductor, as well as the line still allows.</summary>
    public Task SayGoodbyeAsync() => SayLastAsync(new ControlMessage.Bye());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _transport.PeerLost -= OnPeerLost;
        _closing.Cancel();
        await _listening;
        _closing.Dispose();
    }

    private async Task SayLastAsync(ControlMessage message)
    {
        try
        {
            await SendAsync(message).WaitAsync(LastWords, _transport.Time);
        }
        catch (Exception exception) when (exception is CommunicationException or OperationCanceledException or TimeoutException or IOException)
        {
            // The conductor is gone or deaf; it notices by itself that this rank is, and the rank's own failure is thrown anyway.
            Aborted ??= "the conductor could not be reached";
        }
    }

    private async Task ListenAsync(Action<ControlMessage> order)
    {
        try
        {
            while (true)
            {
                (_, ControlMessage message) = await _line.ReceiveAsync(_conductor, _closing.Token);
                switch (message)
                {
                    case ControlMessage.Abort abort:
                        Abort(abort.Reason);
                        break;
                    case ControlMessage.AreYouThere:
                        _ = SendAsync(new ControlMessage.Here());
                        break;
                    case ControlMessage.Stop or ControlMessage.SendModel or ControlMessage.SendState or ControlMessage.SendCopy or ControlMessage.PeerLost:
                        order(message);
                        break;
                    default:
                        if (_awaited.TryDequeue(out TaskCompletionSource<ControlMessage>? awaited)) awaited.SetResult(message);
                        else _answers.Enqueue(message);
                        break;
                }
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // The rank is over.
        }
        catch (PeerLostException lost) when (lost.Rank == _conductor)
        {
            OnPeerLost(lost);
        }
        catch (Exception failure)
        {
            // The conductor waits for what was ordered, so the rank must not live on without saying.
            Broken = failure;
            _rank.Cancel();
        }
    }

    // Raised on any thread.
    private void OnPeerLost(PeerLostException lost)
    {
        if (lost.Rank != _conductor) return;
        if (_loop is null || SynchronizationContext.Current == _loop) Abort($"the conductor is lost ({lost.Reason})");
        else _loop.Post(_ => Abort($"the conductor is lost ({lost.Reason})"), null);
    }

    private void Abort(string reason)
    {
        if (Aborted is not null || _closing.IsCancellationRequested) return;
        Aborted = reason;
        _rank.Cancel();
    }
}
