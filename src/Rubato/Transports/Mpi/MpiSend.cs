using System.Buffers;

namespace Rubato.Transports.Mpi;

/// <summary>A message on its way to another rank, in a pooled buffer of its own.</summary>
internal sealed class MpiSend(MpiProcess process, int destination, byte[] buffer, int length)
    : MpiOperation
{
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MemoryHandle _pinned;
    private nint _request;

    /// <summary>Completes when the library has taken the message over.</summary>
    public Task Sent => _sent.Task;

    /// <summary>Hands the message to the library.</summary>
    public unsafe void Start()
    {
        _pinned = buffer.AsMemory().Pin();
        _request = process.Library.StartSend(_pinned.Pointer, length, destination, MpiProcess.MessageTag, process.Messages);
    }

    public override bool Advance()
    {
        if (!process.Library.Test(ref _request)) return false;
        _pinned.Dispose();
        ArrayPool<byte>.Shared.Return(buffer);
        process.Post.Left(destination, length);
        _sent.TrySetResult();
        return true;
    }

    // The library may still read the buffer, so it is not given back.
    public override void Fail(Exception reason)
    {
        _sent.TrySetException(reason);
        // Whoever waits hears of it; nobody has to.
        _ = _sent.Task.Exception;
    }
}
