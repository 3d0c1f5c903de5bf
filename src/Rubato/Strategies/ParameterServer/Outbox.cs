using Rubato.Communication;

namespace Rubato.Strategies.ParameterServer;

/// <summary>Sends a server's messages in the background, in order to each destination, so that a stopped client holds up nobody else.</summary>
/// <remarks>A client that is lost while a message is on its way to it is reported, not an error: it awaits nothing any more.</remarks>
internal sealed class Outbox(ICommunicator world, int workers, Action<int> workerLost)
{
    private readonly SortedDictionary<int, Task> _last = [];
    private readonly TaskCompletionSource _failure = new();

    /// <summary>Faults when a message could not be sent although its destination is needed.</summary>
    public Task Failure => _failure.Task;

    /// <summary>Sends the parcel after everything that was posted to this destination before; takes a reference of its own.</summary>
    public void Post(int destination, int tag, Parcel parcel, CancellationToken cancellation)
    {
        parcel.Retain();
        _last.TryGetValue(destination, out Task? previous);
        if (previous is null or { IsCompleted: true }) previous = Task.CompletedTask;
        _last[destination] = SendAsync(previous, destination, tag, parcel, cancellation);
    }

    /// <summary>Completes when everything posted is sent.</summary>
    public async Task DrainAsync()
    {
        await Task.WhenAll(_last.Values);
        if (Failure.IsCompleted) await Failure;
    }

    private async Task SendAsync(Task previous, int destination, int tag, Parcel parcel, CancellationToken cancellation)
    {
        try
        {
            await previous;
            await world.SendAsync(destination, tag, parcel.Bytes, cancellation);
        }
        catch (PeerLostException) when (destination < workers)
        {
            workerLost(destination);
        }
        catch (CommunicationException failure)
        {
            _failure.TrySetException(failure);
        }
        finally
        {
            parcel.Release();
        }
    }
}
