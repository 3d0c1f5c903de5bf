using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Rubato.Communication;

namespace Rubato.Strategies.AdPsgd;

/// <summary>The two sides of an average of two replicas: one asks with its own, the other averages, keeps the mean and answers with it.</summary>
/// <remarks>
/// A rank is one event loop, so what the answering side does between two awaits nobody can come between; the asking side leaves its replica alone until the
/// answer is in. A request is d floats and a last one that only keeps it from being empty; an empty message says that its sender asks no more.
/// </remarks>
internal sealed class AveragingService
{
    private const int Requests = 1, Replies = 2;

    private byte[] _message = [];

    /// <summary>Averages with a worker that answers: afterwards both hold (x_i + x_j) / 2, to the bit.</summary>
    /// <param name="workers">All workers.</param>
    /// <param name="partner">Runs <see cref="AnswerAsync"/>.</param>
    /// <param name="replica">x_i, shape [d]; must not be changed until this completes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task AskAsync(ICommunicator workers, int partner, Memory<float> replica, CancellationToken cancellation)
    {
        await workers.SendAsync(partner, Requests, Encode(replica.Span), cancellation);
        using Message reply = await workers.ReceiveAsync(partner, Replies, cancellation);
        FloatsOf(reply, replica.Length).CopyTo(replica.Span);
    }

    /// <summary>Tells a worker that answers that this one asks no more.</summary>
    public static ValueTask LeaveAsync(ICommunicator workers, int partner, CancellationToken cancellation) =>
        workers.SendAsync(partner, Requests, default, cancellation);

    /// <summary>Answers until so many workers have left.</summary>
    /// <param name="workers">All workers.</param>
    /// <param name="askers">The workers that may ask.</param>
    /// <param name="replica">x_j, shape [d]; others may change it between two messages.</param>
    /// <param name="averaged">Called after each average.</param>
    /// <param name="cancellation">Ends the service.</param>
    public async Task AnswerAsync(ICommunicator workers, int askers, Memory<float> replica, Action averaged, CancellationToken cancellation)
    {
        while (askers > 0)
        {
            int asker;
            try
            {
                using Message request = await workers.ReceiveAsync(Endpoints.Any, Requests, cancellation);
                asker = request.Source;
                if (request.Payload.IsEmpty)
                {
                    askers--;
                    continue;
                }
                Average(replica.Span, FloatsOf(request, replica.Length));
            }
            catch (CommunicationTimeoutException)
            {
                // Nobody asked for that long; those who might are still training.
                continue;
            }
            averaged();
            await workers.SendAsync(asker, Replies, Encode(replica.Span), cancellation);
        }
    }

    /// <summary>x ← (x + y) / 2. Halving is exact, so twice the mean is the rounded sum to the bit.</summary>
    internal static void Average(Span<float> x, ReadOnlySpan<float> y)
    {
        TensorPrimitives.Add(x, y, x);
        TensorPrimitives.Multiply(x, 0.5f, x);
    }

    private ReadOnlyMemory<byte> Encode(ReadOnlySpan<float> replica)
    {
        if (_message.Length != (replica.Length + 1) * sizeof(float)) _message = new byte[(replica.Length + 1) * sizeof(float)];
        replica.CopyTo(MemoryMarshal.Cast<byte, float>(_message.AsSpan()));
        return _message;
    }

    private static Span<float> FloatsOf(Message message, int length)
    {
        Span<float> floats = MemoryMarshal.Cast<byte, float>(message.Payload.Span);
        return floats.Length == length + 1 ? floats[..length] : throw new InvalidDataException(
            $"Rank {message.Source} sent {message.Payload.Length} bytes to be averaged, but {(length + 1) * sizeof(float)} were due.");
    }
}
