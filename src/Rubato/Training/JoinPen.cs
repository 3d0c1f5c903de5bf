using Rubato.Communication;

namespace Rubato.Training;

/// <summary>A worker's side of the ledger of waits: notes when it comes to a collective, until the notes are sent to the conductor.</summary>
/// <remarks>
/// 24 bytes a collective. What a worker calls before the go is start-up and is not noted. A collective whose completion is awaited later is
/// noted when it is called, so its wait is what a rank that awaited it at once would have waited.
/// </remarks>
internal sealed class JoinPen(SpanRecorder clock) : ICommunicatorObserver
{
    // A run in virtual time may do any number of collectives before the clock says that news are due.
    private const int FullPage = 128;

    private readonly List<JoinMark> _page = [];

    /// <summary>Whether the page should be sent before the next one is begun.</summary>
    public bool IsFull => _page.Count >= FullPage;

    /// <inheritdoc/>
    public void Entered(MessageTag call, CollectiveKind kind, bool isRoot, int size)
    {
        if (!clock.IsStarted) return;
        JoinRole role = kind switch
        {
            CollectiveKind.Broadcast or CollectiveKind.Scatter => isRoot ? JoinRole.IsWaitedFor : JoinRole.Waits,
            CollectiveKind.Gather => isRoot ? JoinRole.Waits : JoinRole.IsWaitedFor,
            _ => JoinRole.Both,
        };
        _page.Add(new JoinMark(((long)call.Context << 32) | (uint)call.Value, clock.SinceGo, size, role));
    }

    /// <summary>Takes the page away; null when it is empty.</summary>
    public JoinMark[]? Take()
    {
        if (_page.Count == 0) return null;
        JoinMark[] page = [.. _page];
        _page.Clear();
        return page;
    }
}
