namespace Rubato.Training;

/// <summary>A server's side of the ledger of waits: who came when to its gate, and who was let through with whom.</summary>
/// <remarks>All times are the server's own, so that no difference of clocks enters. State: one time and one sum a worker.</remarks>
internal sealed class GatePen(SpanRecorder spans)
{
    private readonly Dictionary<int, TimeSpan> _ready = [];
    private readonly SortedDictionary<int, TimeSpan> _caused = [];

    /// <summary>A worker has come to the gate.</summary>
    public void Ready(int worker) => _ready[worker] = spans.Now;

    /// <summary>These workers are let through together, because the last of them came.</summary>
    public void Released(IReadOnlyList<int> workers)
    {
        JoinMember[] members = [.. workers.Select(worker => new JoinMember(worker, _ready[worker], JoinRole.Both))];
        Join.Attribute(members, Blame, (worker, start, wait) => spans.AddOf(worker, TracePhase.Wait, start, start + wait));
    }

    /// <summary>Takes away what workers caused; null when nobody did.</summary>
    public CausedWait[]? Take()
    {
        if (_caused.Count == 0) return null;
        CausedWait[] page = [.. _caused.Select(pair => new CausedWait(pair.Key, pair.Value))];
        _caused.Clear();
        return page;
    }

    private void Blame(CausedWait caused) =>
        _caused[caused.Worker] = _caused.GetValueOrDefault(caused.Worker) + caused.Wait;
}
