using Rubato.Communication;

namespace Rubato.Strategies.ParameterServer;

/// <summary>When a server applies a gradient and when it lets a client go on. Knows no floats and no network, so it is tested by itself.</summary>
/// <remarks>
/// Decisions are appended to the list that is passed in and carried out in order before the next call. A client has at most one
/// request at a time: its next one follows the release of the last. Pulls are answered at once and are no business of a policy.
/// A policy has no state to save: what waits for it is in flight, and a job resumes with nothing in flight.
/// </remarks>
internal abstract class UpdatePolicy
{
    /// <summary>
    /// Whether several shards might decide differently, so that the lead shard must decide for all of them. False where every shard comes to
    /// the same decision or where shards may differ.
    /// </summary>
    public virtual bool NeedsAgreement => false;

    /// <summary>A client's gradient has come.</summary>
    /// <param name="client">Whose it is.</param>
    /// <param name="baseVersion">The version it was computed on.</param>
    /// <param name="version">The version now.</param>
    /// <param name="decisions">Where decisions are appended.</param>
    public abstract void Push(int client, long baseVersion, long version, List<Decision> decisions);

    /// <summary>A client has left or is lost; what it had pushed and was not applied is discarded already.</summary>
    /// <exception cref="PeerLostException">The job cannot go on without it.</exception>
    public virtual void Remove(int client, bool lost, List<Decision> decisions)
    {
    }
}
