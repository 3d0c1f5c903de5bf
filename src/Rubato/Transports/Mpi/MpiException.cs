using Rubato.Communication;

namespace Rubato.Transports.Mpi;

/// <summary>A call of the MPI library failed. The library's state is then unknown: the job ends.</summary>
internal sealed class MpiException(string message) : CommunicationException(message);
