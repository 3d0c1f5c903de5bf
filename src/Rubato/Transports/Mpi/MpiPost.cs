using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Rubato.Transports.Mpi;

/// <summary>One rank's messages: sent when the library may be called, received as they come, handed on to their network in order.</summary>
internal sealed class MpiPost(MpiProcess process)
{
    /// <summary>Bytes on their way to one rank before sends wait.</summary>
    public const long WindowBytes = 64L << 20;

    private readonly ConcurrentQueue<MpiSend> _departures = new();
    private readonly Queue<MpiReceive>[] _arriving = [.. Enumerable.Range(0, process.Size).Select(_ => new Queue<MpiReceive>())];
    private readonly long[] _bytesOut = new long[process.Size];
    private readonly List<(MpiEnvelope Envelope, byte[] Buffer, int Length)> _early = [];
    private ImmutableSortedDictionary<int, MpiNetwork> _networks = ImmutableSortedDictionary<int, MpiNetwork>.Empty;
    private int _networkCount;

    /// <summary>The number of the next network, the same on all ranks, since all open the same ones in the same order. Call it under the gate.</summary>
    public int Register(MpiNetwork network)
    {
        int number = _networkCount++;
        _networks = _networks.Add(number, network);
        return number;
    }

    /// <summary>Hands on what came for a network before it was there.</summary>
    public void Begin(int number)
    {
        lock (process.Gate)
        {
            foreach ((MpiEnvelope envelope, byte[] buffer, int length) in _early.Where(one => one.Envelope.Network == number)) HandOn(envelope, buffer, length);
            _early.RemoveAll(one => one.Envelope.Network == number);
            if (process.Failure is { } failure) _networks[number].Break(failure.Message);
        }
    }

    /// <summary>Forgets a network; what still comes for it is dropped.</summary>
    public void Unregister(int number)
    {
        lock (process.Gate) _networks = _networks.Remove(number);
    }

    /// <summary>Sends a message; completes when it was copied, or when it has left, where much is on its way to that rank already.</summary>
    public ValueTask SendAsync(int destination, MpiEnvelope envelope, ReadOnlySpan<byte> payload, CancellationToken cancellation)
    {
        if (process.Failure is { } failure) throw new MpiException(failure.Message);
        int length = payload.Length + MpiEnvelope.Size;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        payload.CopyTo(buffer);
        envelope.Write(buffer.AsSpan(payload.Length));
        var send = new MpiSend(process, destination, buffer, length);
        bool isFull = Interlocked.Add(ref _bytesOut[destination], length) > WindowBytes;
        _departures.Enqueue(send);
        if (process.Gate.TryEnter())
        {
            try
            {
                if (SendQueued()) process.Ring();
            }
            catch (MpiException broken)
            {
                process.Fail(broken);
            }
            finally
            {
                process.Gate.Exit();
            }
        }
        else
        {
            process.Ring();
        }
        return isFull ? new ValueTask(send.Sent.WaitAsync(cancellation)) : default;
    }

    /// <summary>A message has left for that rank.</summary>
    internal void Left(int destination, int length) => Interlocked.Add(ref _bytesOut[destination], -length);

    /// <summary>Hands on the messages of a rank that are complete, in order.</summary>
    internal void HandOn(int source)
    {
        while (_arriving[source].TryPeek(out MpiReceive? first) && first.IsComplete)
        {
            _arriving[source].Dequeue();
            (byte[] buffer, int length) = first.Content;
            HandOn(MpiEnvelope.Read(buffer.AsSpan(length - MpiEnvelope.Size)), buffer, length - MpiEnvelope.Size);
        }
    }

    /// <summary>Under the gate: sends what waits for it; returns whether some of it must be polled.</summary>
    public bool SendQueued()
    {
        bool unfinished = false;
        while (_departures.TryDequeue(out MpiSend? send))
        {
            send.Start();
            if (send.Advance()) continue;
            process.Add(send);
            unfinished = true;
        }
        return unfinished;
    }

    /// <summary>Under the gate: takes what has come; returns whether anything had.</summary>
    public bool Receive()
    {
        bool came = false;
        while (process.Library.Probe(MpiProcess.MessageTag, process.Messages, out int source, out int length, out nint message))
        {
            came = true;
            var receive = new MpiReceive(process, source, length);
            _arriving[source].Enqueue(receive);
            receive.Start(message);
            if (!receive.Advance()) process.Add(receive);
        }
        return came;
    }

    /// <summary>Under the gate: all other ranks are out of reach.</summary>
    public void Break(string reason)
    {
        foreach (MpiNetwork network in _networks.Values) network.Break(reason);
    }

    private void HandOn(MpiEnvelope envelope, byte[] buffer, int length)
    {
        if (_networks.TryGetValue(envelope.Network, out MpiNetwork? network)) network.Take(envelope, buffer, length);
        else if (envelope.Network >= _networkCount) _early.Add((envelope, buffer, length));
        else ArrayPool<byte>.Shared.Return(buffer);
    }
}
