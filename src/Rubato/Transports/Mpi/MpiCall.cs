using System.Buffers;
using Rubato.Communication;

namespace Rubato.Transports.Mpi;

/// <summary>One rank's part in one collective on a communicator.</summary>
/// <remarks>
/// MPI cannot take a collective back: one whose caller has given up goes on, and its vector stays where it is, until all have come to it.
/// </remarks>
internal sealed unsafe class MpiCall(MpiChannel channel, WholeCollective collective)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    // Waking another thread takes some ten microseconds, which is little beside the reduction of more than this.
    private const int MostFloatsHere = 1 << 18;

    private readonly MpiLibrary _library = channel.Process.Library;
    private readonly int[] _lengths = LengthsOf(channel.Size, collective), _offsets = OffsetsOf(channel.Size, collective);
    private MpiArrival? _arrival;
    private MemoryHandle _pinned, _pinnedChunk;
    private float[]? _chunk;
    private nint _request;

    /// <summary>Whether it takes so long that the caller's own thread must not do it.</summary>
    public bool IsLong => collective.Vector.Length > MostFloatsHere;

    /// <summary>Moves on; returns whether the collective is over, and completes the task then.</summary>
    /// <param name="isCaller">Whether this is the caller's own thread, which must not be held up.</param>
    public bool Advance(bool isCaller)
    {
        if (_pinned.Pointer == null) _pinned = collective.Vector.Pin();
        if (channel.WaitsForAll)
        {
            _arrival ??= new MpiArrival(_library, channel.Communicator, channel.Rank, channel.Size);
            if (!_arrival.Advance())
            {
                collective.WaitedFor = collective.Members[_arrival.WaitedFor];
                return false;
            }
            if (isCaller && IsLong) return false;
            fixed (int* lengths = _lengths, offsets = _offsets) Do((float*)_pinned.Pointer, lengths, offsets);
        }
        else
        {
            if (_request == 0) Start();
            if (!_library.Test(ref _request)) return false;
            _chunk?.AsSpan(0, _lengths[channel.Rank]).CopyTo(OwnChunk);
        }
        _pinned.Dispose();
        _pinnedChunk.Dispose();
        TrySetResult();
        return true;
    }

    /// <summary>Nothing will come of it any more. The library may still use the vector, which therefore stays pinned.</summary>
    public void Fail(Exception reason)
    {
        TrySetException(reason);
        // Whoever waits hears of it; nobody has to.
        _ = Task.Exception;
    }

    private Span<float> OwnChunk => collective.Vector.Span.Slice(_offsets[channel.Rank], _lengths[channel.Rank]);

    private nint Operation => collective.Operation switch
    {
        ReduceOperation.Min => _library.Abi.Min,
        ReduceOperation.Max => _library.Abi.Max,
        _ => _library.Abi.Sum,
    };

    // Two vectors have one sum whatever the order; of more, only rank order gives the same bits everywhere.
    private bool IsInRankOrder => collective.Deterministic && channel.Size > 2;

    private void Do(float* vector, int* lengths, int* offsets)
    {
        nint communicator = channel.Communicator;
        switch (collective.Kind)
        {
            case CollectiveKind.AllReduce when IsInRankOrder:
                ReduceInRankOrder(vector, lengths, offsets);
                Reduction.Finish(collective.Operation, OwnChunk, channel.Size);
                _library.AllGather(vector, lengths, offsets, communicator);
                break;
            case CollectiveKind.AllReduce:
                _library.AllReduce(vector, collective.Vector.Length, Operation, communicator);
                Reduction.Finish(collective.Operation, collective.Vector.Span, channel.Size);
                break;
            case CollectiveKind.ReduceScatter when IsInRankOrder:
                ReduceInRankOrder(vector, lengths, offsets);
                Reduction.Finish(collective.Operation, OwnChunk, channel.Size);
                break;
            case CollectiveKind.ReduceScatter:
                float[] chunk = ArrayPool<float>.Shared.Rent(Math.Max(1, _lengths[channel.Rank]));
                fixed (float* own = chunk) _library.ReduceScatter(vector, own, lengths, Operation, communicator);
                chunk.AsSpan(0, _lengths[channel.Rank]).CopyTo(OwnChunk);
                ArrayPool<float>.Shared.Return(chunk);
                Reduction.Finish(collective.Operation, OwnChunk, channel.Size);
                break;
            case CollectiveKind.AllGather:
                _library.AllGather(vector, lengths, offsets, communicator);
                break;
            case CollectiveKind.Broadcast:
                _library.Broadcast(vector, collective.Vector.Length, collective.Root, communicator);
                break;
            default:
                // A barrier: all have come.
                break;
        }
    }

    // Everybody's contribution to this rank's chunk side by side, then their sum in rank order.
    private void ReduceInRankOrder(float* vector, int* lengths, int* offsets)
    {
        int own = _lengths[channel.Rank];
        float[] all = ArrayPool<float>.Shared.Rent(Math.Max(1, own * channel.Size));
        int[] ownLengths = [.. Enumerable.Repeat(own, channel.Size)], places = [.. Enumerable.Range(0, channel.Size).Select(peer => peer * own)];
        fixed (float* received = all)
        fixed (int* receivedLengths = ownLengths, receivedOffsets = places)
            _library.AllToAll(vector, lengths, offsets, received, receivedLengths, receivedOffsets, channel.Communicator);
        for (int peer = 0; peer < channel.Size; peer++)
            Reduction.Accumulate(collective.Operation, OwnChunk, all.AsSpan(peer * own, own), position: peer);
        ArrayPool<float>.Shared.Return(all);
    }

    private void Start()
    {
        var vector = (float*)_pinned.Pointer;
        nint communicator = channel.Communicator;
        _request = collective.Kind switch
        {
            CollectiveKind.AllReduce => _library.StartAllReduce(vector, collective.Vector.Length, Operation, communicator),
            CollectiveKind.ReduceScatter => StartReduceScatter(vector),
            CollectiveKind.AllGather => _library.StartAllGather(vector, PinnedLengths, PinnedOffsets, communicator),
            CollectiveKind.Broadcast => _library.StartBroadcast(vector, collective.Vector.Length, collective.Root, communicator),
            _ => _library.StartBarrier(communicator),
        };
    }

    private nint StartReduceScatter(float* vector)
    {
        _chunk = GC.AllocateUninitializedArray<float>(Math.Max(1, _lengths[channel.Rank]));
        _pinnedChunk = _chunk.AsMemory().Pin();
        return _library.StartReduceScatter(vector, (float*)_pinnedChunk.Pointer, PinnedLengths, Operation, channel.Communicator);
    }

    // Both are allocated on the pinned heap: the library reads them until a non-blocking call is over.
    private int* PinnedLengths => (int*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_lengths, 0);

    private int* PinnedOffsets => (int*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_offsets, 0);

    private static int[] LengthsOf(int size, WholeCollective collective) =>
        Filled(size, rank => Chunks.LengthOf(rank, size, collective.Vector.Length));

    private static int[] OffsetsOf(int size, WholeCollective collective)
    {
        int length = collective.Vector.Length;
        return Filled(size, rank => Chunks.Of(rank, size, length).GetOffsetAndLength(length).Offset);
    }

    private static int[] Filled(int size, Func<int, int> value)
    {
        int[] filled = GC.AllocateUninitializedArray<int>(size, pinned: true);
        for (int rank = 0; rank < size; rank++) filled[rank] = value(rank);
        return filled;
    }
}
