using Rubato.Communication;

namespace Rubato.Strategies.ParameterServer;

/// <summary>The version gate: an update is the mean of N gradients of the current version; later ones are dropped.</summary>
/// <remarks>
/// Chen, Pan, Monga, Bengio, Jozefowicz, "Revisiting Distributed Synchronous SGD", arXiv:1604.00981. Paper → here: N + b clients, N quorum,
/// g the server's version, ls the push's base version. Without a quorum every live client is waited for.
/// </remarks>
internal sealed class SynchronousPolicy(IReadOnlyList<int> clients, int? quorum = null) : UpdatePolicy
{
    private readonly SortedSet<int> _live = [.. clients];
    private readonly SortedSet<int> _arrived = [];
    private readonly List<int> _lost = [];
    private bool _ending;

    /// <inheritdoc/>
    public override bool NeedsAgreement => quorum < clients.Count;

    /// <inheritdoc/>
    public override void Push(int client, long baseVersion, long version, List<Decision> decisions)
    {
        if (baseVersion < version)
        {
            decisions.Add(new(DecisionKind.Discard, [client]));
            decisions.Add(new(DecisionKind.Release, [client], ReplyStatus.Dropped));
            return;
        }
        if (baseVersion > version)
            throw new InvalidDataException($"Rank {client} pushed a gradient of version {baseVersion}, but the newest is {version}.");
        if (!_arrived.Add(client))
            throw new InvalidDataException($"Rank {client} pushed a second gradient of version {version} before the first was answered.");
        Advance(decisions);
    }

    /// <inheritdoc/>
    public override void Remove(int client, bool lost, List<Decision> decisions)
    {
        _live.Remove(client);
        _arrived.Remove(client);
        if (lost) _lost.Add(client);
        else _ending = true;
        if (_live.Count < quorum && !_ending)
            throw new PeerLostException(client, "the synchronous update", TimeSpan.Zero,
                $"lost so far: {string.Join(", ", _lost)}; an update needs {quorum} of {clients.Count} workers, but {_live.Count} are left; "
                + "more backup workers would carry on");
        Advance(decisions);
    }

    private void Advance(List<Decision> decisions)
    {
        int needed = quorum ?? _live.Count;
        // Workers leave only when there is nothing more to do. If too few are left, no update will come and nobody may wait for one.
        bool isOver = _live.Count < needed;
        if (_arrived.Count == 0 || (_arrived.Count < needed && !isOver)) return;
        int[] arrived = [.. _arrived];
        _arrived.Clear();
        decisions.Add(new(isOver ? DecisionKind.Discard : DecisionKind.Apply, arrived));
        decisions.Add(new(DecisionKind.Release, arrived, isOver ? ReplyStatus.Stopped : ReplyStatus.Accepted));
    }
}
