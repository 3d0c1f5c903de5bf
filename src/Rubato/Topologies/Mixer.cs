using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Rubato.Communication;

namespace Rubato.Topologies;

/// <summary>The one interpreter of topologies, whichever graph they are: one rank's round of x_i ← Σ_j W_ij x_j, and of a scalar that travels with the vector.</summary>
/// <remarks>
/// <para>A message is 16 bytes, the round (i64) and the scalar (f64), and then d floats, little-endian. Traffic of a round: 16 + 4d bytes to each target.</para>
/// <para>Each element is one chain of fused multiply-adds in ascending rank of the sources, so the order in which messages come changes no bit.</para>
/// </remarks>
/// <param name="tag">The tag of its messages in the group. Rounds of one tag are taken by all ranks in the same order.</param>
internal sealed class Mixer(int tag)
{
    private const int HeaderBytes = 16;

    private byte[] _message = [];

    /// <summary>Takes part in a round.</summary>
    /// <param name="group">The ranks of the matrix.</param>
    /// <param name="row">This rank's part.</param>
    /// <param name="round">The round's number, which all messages of it bear.</param>
    /// <param name="vector">x_i, shape [d]; copied before the first await.</param>
    /// <param name="scalar">What travels with it.</param>
    /// <param name="mixed">Σ_j W_ij x_j, shape [d]; another buffer than <paramref name="vector"/>.</param>
    /// <param name="cancellation">Ends the round.</param>
    /// <returns>The same mean of the scalars.</returns>
    /// <exception cref="InvalidDataException">A neighbour sent a message of another round or length.</exception>
    public async ValueTask<double> MixAsync(
        ICommunicator group, MixingRow row, long round, ReadOnlyMemory<float> vector, double scalar, Memory<float> mixed, CancellationToken cancellation)
    {
        Encode(round, scalar, vector.Span);
        var sends = new Task[row.Targets.Length];
        for (int i = 0; i < sends.Length; i++) sends[i] = group.SendAsync(row.Targets[i], tag, _message, cancellation).AsTask();
        double sum = 0;
        for (int i = 0; i < row.Sources.Length; i++)
        {
            if (row.Sources[i] == group.Rank)
            {
                sum += row.Weights[i] * Accumulate(_message, row.Weights[i], mixed.Span, i == 0);
                continue;
            }
            using Message message = await group.ReceiveAsync(row.Sources[i], tag, cancellation);
            Check(message, row.Sources[i], round);
            sum += row.Weights[i] * Accumulate(message.Payload.Span, row.Weights[i], mixed.Span, i == 0);
        }
        await Task.WhenAll(sends);
        return sum;
    }

    private void Encode(long round, double scalar, ReadOnlySpan<float> vector)
    {
        int length = HeaderBytes + vector.Length * sizeof(float);
        if (_message.Length != length) _message = new byte[length];
        BinaryPrimitives.WriteInt64LittleEndian(_message, round);
        BinaryPrimitives.WriteDoubleLittleEndian(_message.AsSpan(8), scalar);
        vector.CopyTo(MemoryMarshal.Cast<byte, float>(_message.AsSpan(HeaderBytes)));
    }

    private void Check(Message message, int source, long round)
    {
        ReadOnlySpan<byte> bytes = message.Payload.Span;
        if (bytes.Length != _message.Length)
            throw new InvalidDataException($"Rank {source} sent {bytes.Length} bytes to be mixed, but {_message.Length} were due.");
        long theirs = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (theirs != round) throw new InvalidDataException($"Rank {source} sent its vector of round {theirs}, but this is round {round}.");
    }

    private static double Accumulate(ReadOnlySpan<byte> message, double weight, Span<float> sum, bool first)
    {
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(message[HeaderBytes..]);
        if (first) TensorPrimitives.Multiply(values, (float)weight, sum);
        else TensorPrimitives.FusedMultiplyAdd(values, (float)weight, sum, sum);
        return BinaryPrimitives.ReadDoubleLittleEndian(message[8..]);
    }
}
