using Rubato.Configuration;
using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>Which cluster runs the jobs of a world.</summary>
internal static class Worlds
{
    /// <summary>The cluster of a world.</summary>
    /// <exception cref="InvalidRequestException">This version does not have that world.</exception>
    public static ICluster ClusterFor(World world) => world switch
    {
        World.Threads => new ThreadsCluster(),
        World.Processes => new ProcessCluster(),
        World.Simulation => new SimulatedCluster(),
        _ => throw new InvalidRequestException(
            $"Jobs cannot run on '{world.ToString().ToLowerInvariant()}' yet: this version has threads, processes and simulation. Use --on processes."),
    };
}
