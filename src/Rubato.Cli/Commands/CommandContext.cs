using Rubato.Training;

namespace Rubato.Cli.Commands;

/// <summary>What commands take from the outside.</summary>
/// <param name="Terminal">Where they write.</param>
/// <param name="ClusterFor">The cluster that runs jobs in a world.</param>
internal sealed record CommandContext(Terminal Terminal, Func<World, ICluster> ClusterFor);
