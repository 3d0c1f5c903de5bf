using System.Buffers;
using Rubato.Communication;

namespace Rubato.Transports.Mpi;

/// <summary>One rank's part in one collective on a communicator.</summary>
/// <remarks>
/// <para>A sum in rank order is everybody's contribution to each rank's chunk (all-to-all), added up there in rank order, and then, for an
/// all-reduce, the chunks handed out (all-gather).</para>
/// <para>MPI cannot take a collective back: one whose caller has given up goes on, and its vector stays where it is, until all have come to it.</para>
/// </remarks>
internal sealed unsafe class MpiCall : TaskCompletionSource
{
    // Waking another thread takes some ten microseconds, which is little beside the reduction of more than this.
    private const int MostFloatsHere = 1 << 18;

    private readonly MpiChannel _channel;
    private readonly WholeCollective _collective;
    private readonly MpiLibrary _library;
    private readonly MpiParts? _parts, _contributionParts;
    private readonly float[]? _received;
    private MpiArrival? _arrival;
    private MemoryHandle _pinned, _pinnedReceived;
    private nint _request;
    private bool _hasSummed;

    public MpiCall(MpiChannel channel, WholeCollective collective) : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        (_channel, _collective, _library) = (channel, collective, channel.Process.Library);
        // Two vectors have one sum whatever the order; of more, only rank order gives the same bits everywhere.
        bool isSum = collective.Kind is CollectiveKind.AllReduce or CollectiveKind.ReduceScatter;
        IsInRankOrder = isSum && collective.Deterministic && channel.Size > 2;
        if (IsInRankOrder || collective.Kind is CollectiveKind.ReduceScatter or CollectiveKind.AllGather) _parts = MpiParts.Of(collective.Vector.Length, channel.Size);
        if (IsInRankOrder) _contributionParts = MpiParts.Equal(OwnChunk.Length, channel.Size);
        if (IsInRankOrder || collective.Kind == CollectiveKind.ReduceScatter)
            _received = ArrayPool<float>.Shared.Rent(OwnChunk.Length * (IsInRankOrder ? channel.Size : 1));
    }

    /// <summary>The length of the vector.</summary>
    public int Floats => _collective.Vector.Length;

    /// <summary>Whether it takes so long that the caller's own thread must not do it.</summary>
    public bool IsLong => _collective.Vector.Length > MostFloatsHere;

    private bool IsInRankOrder { get; }

    private Span<float> OwnChunk => _parts!.PartOf(_channel.Rank, _collective.Vector.Span);

    private float* Vector => (float*)_pinned.Pointer;

    private float* Received => (float*)_pinnedReceived.Pointer;

    private nint Operation => _collective.Operation switch
    {
        ReduceOperation.Min => _library.Abi.Min,
        ReduceOperation.Max => _library.Abi.Max,
        _ => _library.Abi.Sum,
    };

    /// <summary>Moves on; returns whether the collective is over, and completes the task then.</summary>
    /// <param name="isCaller">Whether this is the caller's own thread, which must not be held up.</param>
    public bool Advance(bool isCaller)
    {
        if (_pinned.Pointer == null)
        {
            _pinned = _collective.Vector.Pin();
            _channel.Ready(_pinned.Pointer, Floats);
            if (_received is not null) _pinnedReceived = _received.AsMemory().Pin();
        }
        if (_channel.WaitsForAll)
        {
            _arrival ??= new MpiArrival(_library, _channel.Communicator, _channel.Rank, _channel.Size);
            if (!_arrival.Advance())
            {
                _collective.WaitedFor = _collective.Members[_arrival.WaitedFor];
                return false;
            }
            if (isCaller && IsLong) return false;
            Do();
        }
        else
        {
            if (_request == 0) _request = Start();
            if (!_library.Test(ref _request)) return false;
            if (IsInRankOrder && !_hasSummed)
            {
                Sum();
                if (_collective.Kind == CollectiveKind.AllReduce)
                {
                    _request = _library.StartAllGather(Vector, _parts!.Lengths, _parts.Offsets, _channel.Communicator);
                    if (!_library.Test(ref _request)) return false;
                }
            }
        }
        Complete();
        return true;
    }

    /// <summary>Nothing will come of it any more. The library may still use the vector, which therefore stays pinned.</summary>
    public void Fail(Exception reason)
    {
        TrySetException(reason);
        // Whoever waits hears of it; nobody has to.
        _ = Task.Exception;
    }

    /// <summary>What is left for the caller's own thread: to turn a sum into the result.</summary>
    public void Finish()
    {
        if (IsInRankOrder) return;
        if (_collective.Kind == CollectiveKind.AllReduce) Reduction.Finish(_collective.Operation, _collective.Vector.Span, _channel.Size);
        else if (_collective.Kind == CollectiveKind.ReduceScatter) Reduction.Finish(_collective.Operation, OwnChunk, _channel.Size);
    }

    // All have come, so blocking calls do not wait.
    private void Do()
    {
        nint communicator = _channel.Communicator;
        if (IsInRankOrder)
        {
            _library.AllToAll(Vector, _parts!.Lengths, _parts.Offsets, Received, _contributionParts!.Lengths, _contributionParts.Offsets, communicator);
            Sum();
            if (_collective.Kind == CollectiveKind.AllReduce) _library.AllGather(Vector, _parts.Lengths, _parts.Offsets, communicator);
            return;
        }
        switch (_collective.Kind)
        {
            case CollectiveKind.AllReduce:
                _library.AllReduce(Vector, _collective.Vector.Length, Operation, communicator);
                break;
            case CollectiveKind.ReduceScatter:
                _library.ReduceScatter(Vector, Received, _parts!.Lengths, Operation, communicator);
                break;
            case CollectiveKind.AllGather:
                _library.AllGather(Vector, _parts!.Lengths, _parts.Offsets, communicator);
                break;
            case CollectiveKind.Broadcast:
                _library.Broadcast(Vector, _collective.Vector.Length, _collective.Root, communicator);
                break;
            default:
                // A barrier: all have come.
                break;
        }
    }

    private nint Start()
    {
        nint communicator = _channel.Communicator;
        if (IsInRankOrder)
            return _library.StartAllToAll(Vector, _parts!.Lengths, _parts.Offsets, Received, _contributionParts!.Lengths, _contributionParts.Offsets, communicator);
        return _collective.Kind switch
        {
            CollectiveKind.AllReduce => _library.StartAllReduce(Vector, _collective.Vector.Length, Operation, communicator),
            CollectiveKind.ReduceScatter => _library.StartReduceScatter(Vector, Received, _parts!.Lengths, Operation, communicator),
            CollectiveKind.AllGather => _library.StartAllGather(Vector, _parts!.Lengths, _parts.Offsets, communicator),
            CollectiveKind.Broadcast => _library.StartBroadcast(Vector, _collective.Vector.Length, _collective.Root, communicator),
            _ => _library.StartBarrier(communicator),
        };
    }

    // The contributions are here side by side; what the others gather must be the result already.
    private void Sum()
    {
        Span<float> own = OwnChunk;
        for (int peer = 0; peer < _channel.Size; peer++)
            Reduction.Accumulate(_collective.Operation, own, _contributionParts!.PartOf(peer, _received), position: peer);
        Reduction.Finish(_collective.Operation, own, _channel.Size);
        _hasSummed = true;
    }

    private void Complete()
    {
        if (_collective.Kind == CollectiveKind.ReduceScatter && !IsInRankOrder) _received.AsSpan(0, OwnChunk.Length).CopyTo(OwnChunk);
        _pinned.Dispose();
        _pinnedReceived.Dispose();
        if (_received is not null) ArrayPool<float>.Shared.Return(_received);
        TrySetResult();
    }
}
