namespace Rubato.Communication;

/// <summary>A world's own way to do a collective as a whole, in place of messages: MPI's library, or the simulator's cost formulas.</summary>
/// <remarks>
/// A <see cref="Communicator"/> asks it at every collective. Deadline, cancellation and the watch over lost members stay the communicator's:
/// they arrive as the token of <see cref="RunAsync"/>. The engine counts what it sends on its transport's <see cref="ITransport.Traffic"/>.
/// </remarks>
public interface ICollectiveEngine
{
    /// <summary>Whether this world does such a collective itself. The answer depends on the arguments alone, so that all members agree.</summary>
    /// <param name="kind">The collective.</param>
    /// <param name="size">The members of the group.</param>
    /// <param name="length">The floats of the vector.</param>
    /// <param name="deterministic">Whether sums must be formed in rank order, as <see cref="Numerics.RankOrderedMean"/> does.</param>
    bool Offers(CollectiveKind kind, int size, int length, bool deterministic);

    /// <summary>Takes part in a collective; completes when this rank's vector holds the result.</summary>
    ValueTask RunAsync(WholeCollective collective, CancellationToken cancellation);
}
