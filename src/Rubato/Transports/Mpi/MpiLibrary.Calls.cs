namespace Rubato.Transports.Mpi;

// The functions that Rubato uses, each as thin as it can be.
internal sealed unsafe partial class MpiLibrary
{
    private readonly delegate* unmanaged[Cdecl]<byte*, int*, int> _getLibraryVersion;
    private delegate* unmanaged[Cdecl]<int*, int> _initialized;
    private delegate* unmanaged[Cdecl]<int*, byte***, int, int*, int> _initThread;
    private delegate* unmanaged[Cdecl]<int> _finalize;
    private delegate* unmanaged[Cdecl]<nint, int, int> _abort;
    private delegate* unmanaged[Cdecl]<int, byte*, int*, int> _errorString;
    private delegate* unmanaged[Cdecl]<byte*, int*, int> _processorName;
    private delegate* unmanaged[Cdecl]<nint, nint, int> _setErrorHandler;
    private delegate* unmanaged[Cdecl]<nint, int*, int> _rank, _size;
    private delegate* unmanaged[Cdecl]<nint, nint*, int> _duplicate, _groupOf;
    private delegate* unmanaged[Cdecl]<nint, int, int*, nint*, int> _groupInclude;
    private delegate* unmanaged[Cdecl]<nint, nint, int, nint*, int> _createGroup;
    private delegate* unmanaged[Cdecl]<nint*, int> _freeGroup;
    private delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int> _send, _receive;
    private delegate* unmanaged[Cdecl]<nint*, int*, byte*, int> _test;
    private delegate* unmanaged[Cdecl]<int, int, nint, int*, nint*, byte*, int> _probe;
    private delegate* unmanaged[Cdecl]<byte*, nint, int*, int> _count;
    private delegate* unmanaged[Cdecl]<void*, int, nint, nint*, nint*, int> _receiveProbed;
    private delegate* unmanaged[Cdecl]<nint, void*, int, nint, nint, nint, int> _allReduce;
    private delegate* unmanaged[Cdecl]<nint, void*, int, nint, nint, nint, nint*, int> _startAllReduce;
    private delegate* unmanaged[Cdecl]<void*, void*, int*, nint, nint, nint, int> _reduceScatter;
    private delegate* unmanaged[Cdecl]<void*, void*, int*, nint, nint, nint, nint*, int> _startReduceScatter;
    private delegate* unmanaged[Cdecl]<nint, int, nint, void*, int*, int*, nint, nint, int> _allGather;
    private delegate* unmanaged[Cdecl]<nint, int, nint, void*, int*, int*, nint, nint, nint*, int> _startAllGather;
    private delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, int> _allToAll;
    private delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int> _startAllToAll;
    private delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, int> _broadcast;
    private delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, nint*, int> _startBroadcast;
    private delegate* unmanaged[Cdecl]<nint, nint*, int> _startBarrier;

    public bool IsInitialized()
    {
        int flag = 0;
        Check(_initialized(&flag), "MPI_Initialized");
        return flag != 0;
    }

    /// <summary>Starts MPI in this process; returns the thread level that it provides.</summary>
    public int Initialize()
    {
        int provided = 0;
        Check(_initThread(null, null, Abi.ThreadMultiple, &provided), "MPI_Init_thread");
        return provided;
    }

    public void End() => Check(_finalize(), "MPI_Finalize");

    /// <summary>Ends every process of the job, this one included.</summary>
    public void Abort(int exitCode) => _ = _abort(Abi.World, exitCode);

    public string ProcessorName() => ReadText(_processorName);

    public void ReturnErrors(nint communicator) => Check(_setErrorHandler(communicator, Abi.ErrorsReturn), "MPI_Comm_set_errhandler");

    public int RankIn(nint communicator)
    {
        int rank = 0;
        Check(_rank(communicator, &rank), "MPI_Comm_rank");
        return rank;
    }

    public int SizeOf(nint communicator)
    {
        int size = 0;
        Check(_size(communicator, &size), "MPI_Comm_size");
        return size;
    }

    /// <summary>The same ranks with message tags of their own. All of them call it.</summary>
    public nint Duplicate(nint communicator)
    {
        nint duplicate = 0;
        Check(_duplicate(communicator, &duplicate), "MPI_Comm_dup");
        return duplicate;
    }

    /// <summary>A communicator of some ranks of another one, in the given order. Blocks until all of them call it with this tag.</summary>
    public nint CreateGroup(nint communicator, ReadOnlySpan<int> ranks, int tag)
    {
        nint all = 0, some = 0, created = 0;
        Check(_groupOf(communicator, &all), "MPI_Comm_group");
        fixed (int* first = ranks) Check(_groupInclude(all, ranks.Length, first, &some), "MPI_Group_incl");
        Check(_createGroup(communicator, some, tag, &created), "MPI_Comm_create_group");
        Check(_freeGroup(&some), "MPI_Group_free");
        Check(_freeGroup(&all), "MPI_Group_free");
        return created;
    }

    public nint StartSend(void* bytes, int count, int destination, int tag, nint communicator)
    {
        nint request = 0;
        Check(_send(bytes, count, Abi.Byte, destination, tag, communicator, &request), $"MPI_Isend to rank {destination}");
        return request;
    }

    public nint StartReceive(void* bytes, int count, int source, int tag, nint communicator)
    {
        nint request = 0;
        Check(_receive(bytes, count, Abi.Byte, source, tag, communicator, &request), $"MPI_Irecv from rank {source}");
        return request;
    }

    /// <summary>Whether an operation is over; moves everything else of this process on by the way.</summary>
    public bool Test(ref nint request)
    {
        nint handle = request;
        int flag = 0;
        byte* status = stackalloc byte[StatusBytes];
        Check(_test(&handle, &flag, status), "MPI_Test");
        request = handle;
        return flag != 0;
    }

    /// <summary>Takes the oldest message that has come from anybody, to be received by <see cref="StartReceive(void*, int, ref nint)"/>.</summary>
    public bool Probe(int tag, nint communicator, out int source, out int count, out nint message)
    {
        int flag = 0, bytes = 0;
        nint handle = 0;
        byte* status = stackalloc byte[StatusBytes];
        Check(_probe(Abi.AnySource, tag, communicator, &flag, &handle, status), "MPI_Improbe");
        if (flag != 0) Check(_count(status, Abi.Byte, &bytes), "MPI_Get_count");
        (source, count, message) = (*(int*)(status + Abi.StatusSource), bytes, handle);
        return flag != 0;
    }

    public nint StartReceive(void* bytes, int count, ref nint message)
    {
        nint handle = message, request = 0;
        Check(_receiveProbed(bytes, count, Abi.Byte, &handle, &request), "MPI_Imrecv");
        message = handle;
        return request;
    }

    public void AllReduce(float* vector, int length, nint operation, nint communicator) =>
        Check(_allReduce(Abi.InPlace, vector, length, Abi.Float, operation, communicator), "MPI_Allreduce");

    public nint StartAllReduce(float* vector, int length, nint operation, nint communicator)
    {
        nint request = 0;
        Check(_startAllReduce(Abi.InPlace, vector, length, Abi.Float, operation, communicator, &request), "MPI_Iallreduce");
        return request;
    }

    public void ReduceScatter(float* vector, float* chunk, int* lengths, nint operation, nint communicator) =>
        Check(_reduceScatter(vector, chunk, lengths, Abi.Float, operation, communicator), "MPI_Reduce_scatter");

    public nint StartReduceScatter(float* vector, float* chunk, int* lengths, nint operation, nint communicator)
    {
        nint request = 0;
        Check(_startReduceScatter(vector, chunk, lengths, Abi.Float, operation, communicator, &request), "MPI_Ireduce_scatter");
        return request;
    }

    public void AllGather(float* vector, int* lengths, int* offsets, nint communicator) =>
        Check(_allGather(Abi.InPlace, 0, Abi.Float, vector, lengths, offsets, Abi.Float, communicator), "MPI_Allgatherv");

    public nint StartAllGather(float* vector, int* lengths, int* offsets, nint communicator)
    {
        nint request = 0;
        Check(_startAllGather(Abi.InPlace, 0, Abi.Float, vector, lengths, offsets, Abi.Float, communicator, &request), "MPI_Iallgatherv");
        return request;
    }

    public void AllToAll(float* sent, int* sentLengths, int* sentOffsets, float* received, int* lengths, int* offsets, nint communicator) =>
        Check(_allToAll(sent, sentLengths, sentOffsets, Abi.Float, received, lengths, offsets, Abi.Float, communicator), "MPI_Alltoallv");

    public nint StartAllToAll(float* sent, int* sentLengths, int* sentOffsets, float* received, int* lengths, int* offsets, nint communicator)
    {
        nint request = 0;
        Check(_startAllToAll(sent, sentLengths, sentOffsets, Abi.Float, received, lengths, offsets, Abi.Float, communicator, &request), "MPI_Ialltoallv");
        return request;
    }

    public void Broadcast(float* vector, int length, int root, nint communicator) =>
        Check(_broadcast(vector, length, Abi.Float, root, communicator), "MPI_Bcast");

    public nint StartBroadcast(float* vector, int length, int root, nint communicator)
    {
        nint request = 0;
        Check(_startBroadcast(vector, length, Abi.Float, root, communicator, &request), "MPI_Ibcast");
        return request;
    }

    public nint StartBarrier(nint communicator)
    {
        nint request = 0;
        Check(_startBarrier(communicator, &request), "MPI_Ibarrier");
        return request;
    }

    private void Bind()
    {
        _errorString = (delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Export("MPI_Error_string");
        _initialized = (delegate* unmanaged[Cdecl]<int*, int>)Export("MPI_Initialized");
        _initThread = (delegate* unmanaged[Cdecl]<int*, byte***, int, int*, int>)Export("MPI_Init_thread");
        _finalize = (delegate* unmanaged[Cdecl]<int>)Export("MPI_Finalize");
        _abort = (delegate* unmanaged[Cdecl]<nint, int, int>)Export("MPI_Abort");
        _processorName = (delegate* unmanaged[Cdecl]<byte*, int*, int>)Export("MPI_Get_processor_name");
        _setErrorHandler = (delegate* unmanaged[Cdecl]<nint, nint, int>)Export("MPI_Comm_set_errhandler");
        _rank = (delegate* unmanaged[Cdecl]<nint, int*, int>)Export("MPI_Comm_rank");
        _size = (delegate* unmanaged[Cdecl]<nint, int*, int>)Export("MPI_Comm_size");
        _duplicate = (delegate* unmanaged[Cdecl]<nint, nint*, int>)Export("MPI_Comm_dup");
        _groupOf = (delegate* unmanaged[Cdecl]<nint, nint*, int>)Export("MPI_Comm_group");
        _groupInclude = (delegate* unmanaged[Cdecl]<nint, int, int*, nint*, int>)Export("MPI_Group_incl");
        _createGroup = (delegate* unmanaged[Cdecl]<nint, nint, int, nint*, int>)Export("MPI_Comm_create_group");
        _freeGroup = (delegate* unmanaged[Cdecl]<nint*, int>)Export("MPI_Group_free");
        _send = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int>)Export("MPI_Isend");
        _receive = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int>)Export("MPI_Irecv");
        _test = (delegate* unmanaged[Cdecl]<nint*, int*, byte*, int>)Export("MPI_Test");
        _probe = (delegate* unmanaged[Cdecl]<int, int, nint, int*, nint*, byte*, int>)Export("MPI_Improbe");
        _count = (delegate* unmanaged[Cdecl]<byte*, nint, int*, int>)Export("MPI_Get_count");
        _receiveProbed = (delegate* unmanaged[Cdecl]<void*, int, nint, nint*, nint*, int>)Export("MPI_Imrecv");
        _allReduce = (delegate* unmanaged[Cdecl]<nint, void*, int, nint, nint, nint, int>)Export("MPI_Allreduce");
        _startAllReduce = (delegate* unmanaged[Cdecl]<nint, void*, int, nint, nint, nint, nint*, int>)Export("MPI_Iallreduce");
        _reduceScatter = (delegate* unmanaged[Cdecl]<void*, void*, int*, nint, nint, nint, int>)Export("MPI_Reduce_scatter");
        _startReduceScatter = (delegate* unmanaged[Cdecl]<void*, void*, int*, nint, nint, nint, nint*, int>)Export("MPI_Ireduce_scatter");
        _allGather = (delegate* unmanaged[Cdecl]<nint, int, nint, void*, int*, int*, nint, nint, int>)Export("MPI_Allgatherv");
        _startAllGather = (delegate* unmanaged[Cdecl]<nint, int, nint, void*, int*, int*, nint, nint, nint*, int>)Export("MPI_Iallgatherv");
        _allToAll = (delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, int>)Export("MPI_Alltoallv");
        _startAllToAll = (delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int>)Export("MPI_Ialltoallv");
        _broadcast = (delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, int>)Export("MPI_Bcast");
        _startBroadcast = (delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, nint*, int>)Export("MPI_Ibcast");
        _startBarrier = (delegate* unmanaged[Cdecl]<nint, nint*, int>)Export("MPI_Ibarrier");
    }
}
