namespace Rubato.Strategies.ParameterServer;

/// <summary>Every gradient is an update of its own as soon as it comes; nobody waits.</summary>
/// <remarks>
/// Dean et al., "Large Scale Distributed Deep Networks", NIPS 2012 (Downpour with an exchange every step). Paper → here: τ = version −
/// base version. A gradient with τ above the cap is refused.
/// </remarks>
internal sealed class AsynchronousPolicy(int? stalenessCap = null) : UpdatePolicy
{
    /// <inheritdoc/>
    public override bool NeedsAgreement => stalenessCap is not null;

    /// <inheritdoc/>
    public override void Push(int client, long baseVersion, long version, List<Decision> decisions)
    {
        bool refused = version - baseVersion > stalenessCap;
        decisions.Add(new(refused ? DecisionKind.Discard : DecisionKind.Apply, [client]));
        decisions.Add(new(DecisionKind.Release, [client], refused ? ReplyStatus.Dropped : ReplyStatus.Accepted));
    }
}
