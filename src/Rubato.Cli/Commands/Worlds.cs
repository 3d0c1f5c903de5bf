using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>Which cluster runs the jobs of a world. Disposal ends MPI, where a job ran on it, together with all other ranks.</summary>
/// <param name="error">Where an MPI rank writes what must not get lost.</param>
internal sealed class Worlds(TextWriter error) : IAsyncDisposable
{
    private MpiCluster? _mpi;

    /// <summary>Whether MPI's ranks have met, so that a failure of one is told by rank 0.</summary>
    public bool HaveMet => _mpi?.HaveMet == true;

    /// <summary>The cluster of a world.</summary>
    public ICluster ClusterFor(World world) => world switch
    {
        World.Threads => new ThreadsCluster(),
        World.Processes => new ProcessCluster(),
        World.Simulation => new SimulatedCluster(),
        // One for all runs of this program: MPI is started once a process.
        World.Mpi => _mpi ??= new MpiCluster(error.WriteLine),
        _ => throw new ArgumentOutOfRangeException(nameof(world), world, $"There is no world {(int)world}."),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_mpi is not null) await _mpi.DisposeAsync();
    }
}
