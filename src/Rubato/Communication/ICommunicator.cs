namespace Rubato.Communication;

/// <summary>A group of ranks that talk to each other: point to point by tag, and in collectives that every member calls in the same order.</summary>
/// <remarks>
/// Starting an operation without awaiting it is non-blocking communication: the collective takes its place in the order when it is
/// called, not when it is awaited. The buffers of an operation belong to it until its task completes. Every operation has a deadline.
/// </remarks>
public interface ICommunicator
{
    /// <summary>This rank's number in the group, from 0.</summary>
    int Rank { get; }

    /// <summary>The number of ranks in the group.</summary>
    int Size { get; }

    /// <summary>Sends a message to another rank of the group.</summary>
    ValueTask SendAsync(int destination, int tag, ReadOnlyMemory<byte> payload, CancellationToken cancellation);

    /// <summary>Receives the next message with that tag from one rank or from any (<see cref="Endpoints.Any"/>); dispose it after use.</summary>
    ValueTask<Message> ReceiveAsync(int source, int tag, CancellationToken cancellation);

    /// <summary>Replaces the vector of every rank by the reduction of all of them. Lengths are equal on all ranks.</summary>
    ValueTask AllReduceAsync(Memory<float> vector, ReduceOperation operation, CancellationToken cancellation);

    /// <summary>Reduces all vectors; afterwards this rank's chunk (<see cref="Chunks.Of"/>) holds its part of the result, the rest is undefined.</summary>
    ValueTask ReduceScatterAsync(Memory<float> vector, ReduceOperation operation, CancellationToken cancellation);

    /// <summary>Takes every rank's own chunk (<see cref="Chunks.Of"/>) of the vector and fills in everybody else's.</summary>
    ValueTask AllGatherAsync(Memory<float> vector, CancellationToken cancellation);

    /// <summary>Copies the root's vector to every rank.</summary>
    ValueTask BroadcastAsync(Memory<float> vector, int root, CancellationToken cancellation);

    /// <summary>Collects equal-length vectors at the root, in rank order; <paramref name="all"/> is only used there.</summary>
    ValueTask GatherAsync(ReadOnlyMemory<float> own, Memory<float> all, int root, CancellationToken cancellation);

    /// <summary>Deals the root's vector out in equal parts, in rank order; <paramref name="all"/> is only used there.</summary>
    ValueTask ScatterAsync(ReadOnlyMemory<float> all, Memory<float> own, int root, CancellationToken cancellation);

    /// <summary>Returns when every rank has called it.</summary>
    ValueTask BarrierAsync(CancellationToken cancellation);

    /// <summary>The communicator of some ranks of this group, numbered in the given order. Costs no message; only members may call it.</summary>
    ICommunicator Subgroup(IReadOnlyList<int> ranks);

    /// <summary>The same for one occasion, a step for example, known to all its members: made to be thrown away, so that any number of groups may come and go.</summary>
    /// <param name="ranks">The members, this rank among them; equal on all of them.</param>
    /// <param name="occasion">What it is made for: of two groups of the same members for different occasions, no message of one meets the other.</param>
    ICommunicator Subgroup(IReadOnlyList<int> ranks, long occasion);
}
