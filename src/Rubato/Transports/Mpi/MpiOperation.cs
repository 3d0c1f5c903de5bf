namespace Rubato.Transports.Mpi;

/// <summary>Something that is under way in the MPI library and is asked, turn by turn, whether it is over.</summary>
/// <remarks>Called under <see cref="MpiProcess.Gate"/> only.</remarks>
internal abstract class MpiOperation
{
    /// <summary>Moves on as far as can be without waiting; returns whether the operation is over.</summary>
    public abstract bool Advance();

    /// <summary>The library failed or was closed; nobody will call <see cref="Advance"/> again.</summary>
    public abstract void Fail(Exception reason);
}
