using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>A rank's side of the ledger: takes down what is applied and dropped until it is sent to the conductor.</summary>
/// <param name="written">Called when the first entry stands on an empty page.</param>
/// <param name="gate">Is told who waits for whom; null on a worker, which has no gate.</param>
internal sealed class LedgerPen(Action? written = null, GatePen? gate = null) : IUpdateLedger
{
    private readonly List<LedgerEntry> _page = [];

    /// <inheritdoc/>
    public void Applied(int worker, int samples, int staleness)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(staleness);
        Write(worker, staleness, samples);
    }

    /// <inheritdoc/>
    public void Dropped(int worker, int samples) => Write(worker, LedgerEntry.Dropped, samples);

    /// <inheritdoc/>
    public void Ready(int worker) => gate?.Ready(worker);

    /// <inheritdoc/>
    public void Released(IReadOnlyList<int> workers) => gate?.Released(workers);

    /// <summary>Takes the page away; null when it is empty. The entries of each worker stand in the order of its gradients.</summary>
    public LedgerEntry[]? Take()
    {
        if (_page.Count == 0) return null;
        LedgerEntry[] page = [.. _page];
        _page.Clear();
        return page;
    }

    private void Write(int worker, int staleness, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(worker);
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        int last = _page.FindLastIndex(entry => entry.Worker == worker);
        if (last >= 0 && _page[last].Staleness == staleness)
        {
            LedgerEntry entry = _page[last];
            _page[last] = entry with { Gradients = entry.Gradients + 1, Samples = entry.Samples + samples };
            return;
        }
        _page.Add(new LedgerEntry(worker, staleness, 1, samples));
        if (_page.Count == 1) written?.Invoke();
    }
}
