namespace Rubato.Transports.Mpi;

/// <summary>What differs between MPI libraries: the values of handles and constants, and where a status keeps its source.</summary>
/// <remarks>
/// Handles are passed as pointer-wide values everywhere. Where a library's are 32-bit integers, it reads the lower half of a register and
/// writes the lower half of a zeroed variable, which is the same on the little-endian machines that Rubato runs on.
/// </remarks>
internal sealed record MpiAbi
{
    /// <summary>The family, as messages name it.</summary>
    public required string Name { get; init; }

    /// <summary>The communicator of all ranks.</summary>
    public required nint World { get; init; }

    public required nint Byte { get; init; }

    public required nint Float { get; init; }

    public required nint Sum { get; init; }

    public required nint Min { get; init; }

    public required nint Max { get; init; }

    /// <summary>The error handler that returns codes in place of ending the program.</summary>
    public required nint ErrorsReturn { get; init; }

    /// <summary>In place of a send buffer: the receive buffer holds the rank's contribution.</summary>
    public required nint InPlace { get; init; }

    public required int AnySource { get; init; }

    /// <summary>Calls from one thread at a time.</summary>
    public required int ThreadSerialized { get; init; }

    /// <summary>Calls from several threads at once.</summary>
    public required int ThreadMultiple { get; init; }

    /// <summary>Where a status keeps its source, in bytes from its start.</summary>
    public required int StatusSource { get; init; }

    /// <summary>Open MPI: handles are the addresses of exported objects.</summary>
    public static MpiAbi OpenMpi(Func<string, nint> export) => new()
    {
        Name = "Open MPI",
        World = export("ompi_mpi_comm_world"),
        Byte = export("ompi_mpi_byte"),
        Float = export("ompi_mpi_float"),
        Sum = export("ompi_mpi_op_sum"),
        Min = export("ompi_mpi_op_min"),
        Max = export("ompi_mpi_op_max"),
        ErrorsReturn = export("ompi_mpi_errors_return"),
        InPlace = 1,
        AnySource = -1,
        ThreadSerialized = 2,
        ThreadMultiple = 3,
        StatusSource = 0,
    };

    /// <summary>MPICH and its relatives (Intel MPI, MVAPICH, Cray MPICH): handles are 32-bit integers.</summary>
    public static MpiAbi Mpich { get; } = new()
    {
        Name = "MPICH",
        World = 0x44000000,
        Byte = 0x4c00010d,
        Float = 0x4c00040a,
        Sum = 0x58000003,
        Min = 0x58000002,
        Max = 0x58000001,
        ErrorsReturn = 0x54000001,
        InPlace = -1,
        AnySource = -2,
        ThreadSerialized = 2,
        ThreadMultiple = 3,
        StatusSource = 8,
    };

    /// <summary>The ABI of the MPI 5.0 standard: handles are pointers with fixed small values.</summary>
    public static MpiAbi Standard { get; } = new()
    {
        Name = "the standard MPI ABI",
        World = 0x101,
        Byte = 0x247,
        Float = 0x210,
        Sum = 0x21,
        Min = 0x22,
        Max = 0x23,
        ErrorsReturn = 0x142,
        InPlace = 1,
        AnySource = -1,
        ThreadSerialized = 2048,
        ThreadMultiple = 4096,
        StatusSource = 0,
    };
}
