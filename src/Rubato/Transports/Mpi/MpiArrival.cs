namespace Rubato.Transports.Mpi;

/// <summary>Finds out without blocking whether all ranks of a communicator have come to the same place.</summary>
/// <remarks>
/// Hensgen, Finkel and Manber, "Two algorithms for barrier synchronization", 1988: ⌈log₂ P⌉ rounds, in each of which a rank sends an empty
/// message to the rank 2^k after it and waits for the one 2^k before it.
/// </remarks>
internal sealed class MpiArrival(MpiLibrary library, nint communicator, int rank, int size)
{
    private const int Tag = 1;

    private int _distance = 1;
    private bool _isWaiting;
    private nint _sent, _received;

    /// <summary>The rank whose message is waited for. It may itself be waiting for another one.</summary>
    public int WaitedFor => (rank - _distance + size) % size;

    /// <summary>Moves on; returns whether all have come.</summary>
    public unsafe bool Advance()
    {
        while (_distance < size)
        {
            if (!_isWaiting)
            {
                _received = library.StartReceive(null, 0, WaitedFor, Tag, communicator);
                _sent = library.StartSend(null, 0, (rank + _distance) % size, Tag, communicator);
                _isWaiting = true;
            }
            if (!library.Test(ref _received) || !library.Test(ref _sent)) return false;
            _isWaiting = false;
            _distance *= 2;
        }
        return true;
    }
}
