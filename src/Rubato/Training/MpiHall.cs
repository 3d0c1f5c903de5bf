using System.Buffers.Binary;
using System.Text;
using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Transports.Mpi;

namespace Rubato.Training;

/// <summary>Where the MPI ranks meet before and after a run, each as one endpoint: to agree that it can begin, and to hear how it ended.</summary>
internal sealed class MpiHall : IAsyncDisposable
{
    private static readonly MessageTag ToRoot = new(0, 1), FromRoot = new(0, 2);

    private readonly MpiNetwork _network;
    private readonly MpiTransport _transport;

    public MpiHall(MpiProcess process, TimeProvider time)
    {
        _network = new MpiNetwork(process, MpiLayout.OnePerRank(process.Size), workers: null, time);
        _transport = _network.Open(process.Rank);
    }

    public int Rank => _transport.Rank;

    public int Size => _transport.WorldSize;

    /// <summary>Everybody gets what everybody brings, by rank.</summary>
    /// <exception cref="RendezvousException">A rank did not come in time.</exception>
    public async Task<byte[][]> ExchangeAsync(byte[] own, TimeSpan limit, CancellationToken cancellation)
    {
        if (Rank != 0)
        {
            await _transport.SendAsync(0, ToRoot, own, cancellation);
            return Split(await ReceiveAsync(0, FromRoot, limit, cancellation));
        }
        var all = new byte[Size][];
        all[0] = own;
        for (int rank = 1; rank < Size; rank++) all[rank] = await ReceiveAsync(rank, ToRoot, limit, cancellation);
        await TellAllAsync(Join(all), cancellation);
        return all;
    }

    /// <summary>Does something on every rank; if it fails anywhere, it fails everywhere, with the message of the first rank that failed.</summary>
    /// <exception cref="InvalidRequestException">A rank found the request wrong.</exception>
    /// <exception cref="RunFailedException">A rank failed otherwise.</exception>
    public async Task<T> AgreeAsync<T>(Func<T> work, IReadOnlyList<MpiPlace> places, TimeSpan limit, CancellationToken cancellation)
    {
        T result = default!;
        Exception? own = null;
        try
        {
            result = work();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            own = failure;
        }
        byte[] word = own is null ? [] : Encoding.UTF8.GetBytes((own is InvalidRequestException ? "?" : "!") + RunFailures.Describe(own));
        byte[][] words = await ExchangeAsync(word, limit, cancellation);
        int first = Array.FindIndex(words, one => one.Length > 0);
        if (first < 0) return result;
        string message = Encoding.UTF8.GetString(words[first], 1, words[first].Length - 1);
        // What all ranks say alike is nobody's own trouble.
        if (!words.All(one => one.AsSpan().SequenceEqual(words[first]))) message = $"MPI rank {first} on {places[first].Host}: {message}";
        throw words[first][0] == '?' ? new InvalidRequestException(message, own!) : new RunFailedException(message, own!);
    }

    /// <summary>From rank 0 to all others.</summary>
    public async Task TellAllAsync(byte[] word, CancellationToken cancellation)
    {
        for (int rank = 1; rank < Size; rank++) await _transport.SendAsync(rank, FromRoot, word, cancellation);
    }

    /// <summary>What rank 0 tells all others.</summary>
    public async Task<byte[]> HearAsync(CancellationToken cancellation)
    {
        using Message message = await _transport.ReceiveAsync(0, FromRoot, cancellation);
        return message.Payload.ToArray();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        _network.Dispose();
    }

    private async Task<byte[]> ReceiveAsync(int rank, MessageTag tag, TimeSpan limit, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(limit, _transport.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using Message message = await _transport.ReceiveAsync(rank, tag, either.Token);
            return message.Payload.ToArray();
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new RendezvousException(
                $"MPI rank {rank} said nothing for {limit.TotalSeconds:0.#} s. Look at its output if it is stuck, or raise --timeout-seconds if it only loads slowly.", late);
        }
    }

    private static byte[] Join(byte[][] parts)
    {
        var joined = new byte[parts.Sum(part => sizeof(int) + part.Length)];
        int end = 0;
        foreach (byte[] part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(joined.AsSpan(end), part.Length);
            part.CopyTo(joined, end + sizeof(int));
            end += sizeof(int) + part.Length;
        }
        return joined;
    }

    private byte[][] Split(byte[] joined)
    {
        var parts = new byte[Size][];
        int end = 0;
        for (int rank = 0; rank < Size; rank++)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(joined.AsSpan(end));
            parts[rank] = joined.AsSpan(end + sizeof(int), length).ToArray();
            end += sizeof(int) + length;
        }
        return parts;
    }
}
