namespace Rubato.Transports.Mpi;

/// <summary>What a message between two MPI ranks is.</summary>
internal enum MpiMessageKind
{
    /// <summary>From one endpoint to another.</summary>
    Data = 1,

    /// <summary>An endpoint has closed its transport and sends nothing more.</summary>
    Farewell,

    /// <summary>An endpoint is lost; the payload says why.</summary>
    Loss,

    /// <summary>A member wants a communicator of its group; the payload holds the group's MPI ranks.</summary>
    GroupWanted,

    /// <summary>All members want it: make it now, in this order among all groups. A negative number says that there are too many already.</summary>
    GroupGranted,
}
