namespace Rubato.Transports.Mpi;

/// <summary>The communicator of one group: its collectives, one after the other in the order of their calls.</summary>
/// <remarks>
/// <para>Where it waits for all, a collective first finds out that every rank has come (<see cref="MpiArrival"/>) and is then MPI's blocking call,
/// which is about twice as fast as the non-blocking one and cannot block for long, since all are there. Only one group of a
/// process may do so: ranks that block in different groups could wait for each other. Elsewhere it is MPI's non-blocking call.</para>
/// <para>A rank that is the last to come often finds everybody there, so the caller looks for a moment before it leaves the call to the
/// progress thread; a call so long that waking that thread does not count is left to it in any case.</para>
/// </remarks>
internal sealed class MpiChannel(MpiProcess process, nint communicator, int rank, int size, bool waitsForAll) : MpiOperation
{
    // Ranks come as far apart as their last call took to end, which grows with its length: a quarter of a millisecond for the longest
    // that is not left to the progress thread.
    private const long LeastLook = 50 * TimeSpan.TicksPerMicrosecond, FloatsPerTick = 128;

    // A strategy has a few vectors; whoever allocates one for every call is not to fill the memory with their addresses.
    private const int MostReady = 64;

    private readonly HashSet<(nint Address, int Floats)> _ready = [];
    private readonly Queue<MpiCall> _calls = new();
    private bool _isFollowed;

    public MpiProcess Process => process;

    public nint Communicator => communicator;

    /// <summary>This rank's number in the group.</summary>
    public int Rank => rank;

    public int Size => size;

    public bool WaitsForAll => waitsForAll;

    /// <summary>Takes a call into the row.</summary>
    public void Begin(MpiCall call, TimeProvider time)
    {
        lock (process.Gate)
        {
            _calls.Enqueue(call);
            if (_isFollowed) return;
            long start = time.GetTimestamp();
            var look = new TimeSpan(LeastLook + call.Floats / FloatsPerTick);
            try
            {
                do
                {
                    if (!call.Advance(isCaller: true)) continue;
                    _calls.Dequeue();
                    return;
                }
                while (!call.IsLong && process.HasOwnCore && time.GetElapsedTime(start) < look);
            }
            catch (MpiException failure)
            {
                Fail(failure);
                return;
            }
            _isFollowed = true;
        }
        process.Follow(this);
    }

    /// <summary>Under the gate: readies a vector for the call that is about to use it, the first time that it is seen.</summary>
    public unsafe void Ready(void* vector, int floats)
    {
        if (_ready.Count == MostReady) _ready.Clear();
        if (_ready.Add(((nint)vector, floats))) HugePages.AskFor(vector, (nint)floats * sizeof(float));
    }

    public override bool Advance()
    {
        while (_calls.TryPeek(out MpiCall? call))
        {
            if (!call.Advance(isCaller: false)) return false;
            _calls.Dequeue();
        }
        _isFollowed = false;
        return true;
    }

    public override void Fail(Exception reason)
    {
        foreach (MpiCall call in _calls) call.Fail(reason);
        _calls.Clear();
    }
}
