namespace Rubato.Strategies.ParameterServer;

/// <summary>Gradients are applied as they come, but nobody runs more than s clocks ahead of the slowest.</summary>
/// <remarks>
/// <para>Ho et al., "More Effective Distributed ML via a Stale Synchronous Parallel Parameter Server", NIPS 2013; the vector clock as in
/// Bösen. Paper → here: s bound, c_p the pushes of client p. A client may start clock c only when every other has completed clock
/// c − s − 1, that is min(c) ≥ c_p − s.</para>
/// <para>With s = 0 nobody can read before everybody has pushed, so the pushes of a clock are held and applied in ascending rank: no reader
/// can tell the difference, and the bits no longer depend on who came first.</para>
/// <para>Clocks are relative to the last start of the job and no part of its saved state: whoever starts or resumes reads everything that was ever
/// applied, so all clocks may be level then, and nobody begins a resumed job waiting.</para>
/// </remarks>
internal sealed class StaleSynchronousPolicy : UpdatePolicy
{
    private readonly int _bound;
    private readonly SortedDictionary<int, long> _clocks = [];
    private readonly SortedSet<int> _live;
    private readonly SortedSet<int> _waiting = [];
    private readonly SortedSet<int> _held = [];

    /// <summary>Starts every clock at 0.</summary>
    public StaleSynchronousPolicy(IReadOnlyList<int> clients, int bound)
    {
        _bound = bound;
        _live = [.. clients];
        foreach (int client in clients) _clocks[client] = 0;
    }

    /// <inheritdoc/>
    public override void Push(int client, long baseVersion, long version, List<Decision> decisions)
    {
        _clocks[client]++;
        _waiting.Add(client);
        if (_bound == 0) _held.Add(client);
        else decisions.Add(new(DecisionKind.Apply, [client]));
        Advance(decisions);
    }

    /// <inheritdoc/>
    public override void Remove(int client, bool lost, List<Decision> decisions)
    {
        _live.Remove(client);
        _waiting.Remove(client);
        _held.Remove(client);
        Advance(decisions);
    }

    private void Advance(List<Decision> decisions)
    {
        if (_live.Count == 0) return;
        long slowest = _live.Min(client => _clocks[client]);
        int[] free = [.. _waiting.Where(client => slowest >= _clocks[client] - _bound)];
        if (free.Length == 0) return;
        _waiting.ExceptWith(free);
        int[] complete = [.. _held.Intersect(free).Order()];
        _held.ExceptWith(complete);
        if (complete.Length > 0) decisions.Add(new(DecisionKind.ApplyEach, complete));
        decisions.Add(new(DecisionKind.Release, free));
    }
}
