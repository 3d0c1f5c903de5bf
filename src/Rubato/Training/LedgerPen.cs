using Rubato.Strategies;

namespace Rubato.Training;

/// <summary>A rank's side of the ledger: takes down what is applied and dropped until it is sent to the conductor.</summary>
/// <param name="written">Called when the first entry stands on an empty page.</param>
internal sealed class LedgerPen(Action? written = null) : IUpdateLedger
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

    /// <summary>Takes the page away; null when it is empty.</summary>
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
        for (int i = 0; i < _page.Count; i++)
        {
            LedgerEntry entry = _page[i];
            if (entry.Worker != worker || entry.Staleness != staleness) continue;
            _page[i] = entry with { Gradients = entry.Gradients + 1, Samples = entry.Samples + samples };
            return;
        }
        _page.Add(new LedgerEntry(worker, staleness, 1, samples));
        if (_page.Count == 1) written?.Invoke();
    }
}
