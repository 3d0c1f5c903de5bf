namespace Rubato.Training;

/// <summary>Where a job runs.</summary>
public enum World
{
    /// <summary>Every rank is a thread of this process.</summary>
    Threads,

    /// <summary>Every rank is a process of this machine; they talk over TCP.</summary>
    Processes,

    /// <summary>A simulated cluster under virtual time.</summary>
    Simulation,

    /// <summary>Ranks started by an MPI launcher.</summary>
    Mpi,
}
