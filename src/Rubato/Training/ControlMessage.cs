namespace Rubato.Training;

/// <summary>What ranks and the conductor say to each other.</summary>
internal abstract record ControlMessage
{
    private ControlMessage()
    {
    }

    // ---- From a rank to the conductor, in the order of a run ----

    /// <summary>Data and model are loaded and warm.</summary>
    public sealed record Hello : ControlMessage;

    /// <summary>What is your clock? Asked for traces, whose rows are to line up.</summary>
    public sealed record AskClock : ControlMessage;

    /// <summary>The strategy is started; waiting for the go.</summary>
    public sealed record Ready : ControlMessage;

    /// <summary>A worker wants to take this step, counted from 1.</summary>
    public sealed record AskTicket(long Step) : ControlMessage;

    /// <summary>A worker stands at a pause after this step, drained; <paramref name="Last"/> when it means to stop here.</summary>
    public sealed record Arrived(long Step, bool Last) : ControlMessage;

    /// <summary>A worker has left its strategy, or a server has ended.</summary>
    public sealed record Left : ControlMessage;

    /// <summary>A rank's running totals.</summary>
    public sealed record Totals(RankTotals Values) : ControlMessage;

    /// <summary>Gradients applied and dropped.</summary>
    public sealed record Ledger(LedgerEntry[] Entries) : ControlMessage;

    /// <summary>A part of the model, asked for by <see cref="SendModel"/>; empty from a rank that holds none.</summary>
    public sealed record ModelPart(int Request, int Offset, float[] Values) : ControlMessage;

    /// <summary>A rank's state, asked for by <see cref="SendState"/>.</summary>
    public sealed record State(int Request, StateSnapshot Snapshot) : ControlMessage;

    /// <summary>A decision of the strategy, for the run's log.</summary>
    public sealed record Note(string Text) : ControlMessage;

    /// <summary>Stretches of the rank's trace.</summary>
    public sealed record Spans(TraceSpan[] Items) : ControlMessage;

    /// <summary>When a worker was ready for joins with others.</summary>
    public sealed record Joins(JoinMark[] Marks) : ControlMessage;

    /// <summary>Waits that workers caused at a server's gate since it last said so.</summary>
    public sealed record Waits(CausedWait[] Caused) : ControlMessage;

    /// <summary>
    /// The rank failed and ends. <paramref name="Peer"/> is the endpoint whose loss or silence it suffered from, -1 for its own failure;
    /// <paramref name="Waited"/> is how long it had waited for a silent one, zero for a lost one.
    /// </summary>
    public sealed record Failed(string Error, int Peer, TimeSpan Waited) : ControlMessage;

    /// <summary>A sign of life, the answer to <see cref="AreYouThere"/>.</summary>
    public sealed record Here : ControlMessage;

    /// <summary>The rank's last word.</summary>
    public sealed record Bye : ControlMessage;

    // ---- From the conductor to a rank, in the order of a run ----

    /// <summary>All ranks are there: start the strategy.</summary>
    public sealed record Start(bool Trace) : ControlMessage;

    /// <summary>The conductor's clock.</summary>
    public sealed record Clock(TimeSpan Reading) : ControlMessage;

    /// <summary>All ranks are ready: train. <paramref name="Reading"/> is the conductor's clock at that moment.</summary>
    public sealed record Go(TimeSpan Reading) : ControlMessage;

    /// <summary>Take this mini-batch; so many samples are applied so far.</summary>
    public sealed record Ticket(long Batch, long SamplesApplied) : ControlMessage;

    /// <summary>There is nothing more to do: leave.</summary>
    public sealed record NoTicket : ControlMessage;

    /// <summary>The pause is over.</summary>
    public sealed record Verdict(bool GoOn) : ControlMessage;

    /// <summary>The budget is used up (to servers).</summary>
    public sealed record Stop : ControlMessage;

    /// <summary>Somebody waited in vain: whose event loop still turns answers <see cref="Here"/>, whatever its strategy waits for.</summary>
    public sealed record AreYouThere : ControlMessage;

    /// <summary>Send your part of the model.</summary>
    public sealed record SendModel(int Request) : ControlMessage;

    /// <summary>Send your state.</summary>
    public sealed record SendState(int Request) : ControlMessage;

    /// <summary>
    /// Send your ledger so far, your part of the model and your state, in this order and all of one moment; as <see cref="Ledger"/>,
    /// <see cref="ModelPart"/> and <see cref="State"/>.
    /// </summary>
    public sealed record SendCopy(int Request) : ControlMessage;

    /// <summary>An endpoint is lost and the job goes on without it.</summary>
    public sealed record PeerLost(int Endpoint) : ControlMessage;

    /// <summary>Everything is collected: say the last words.</summary>
    public sealed record Finish : ControlMessage;

    /// <summary>The run is over by failure or cancellation: end now.</summary>
    public sealed record Abort(string Reason) : ControlMessage;
}
