using Rubato.Numerics;

namespace Rubato.Strategies.Grouped;

/// <summary>A group's own parameter server; see <see cref="GroupLoop"/>.</summary>
/// <remarks>
/// Keeps no state between runs: its parameters are a copy of the centre's, and the membership is the centre's too, so that a resumed job
/// starts with both from there.
/// </remarks>
internal sealed class GroupServerProgram(int group, int[] groupOf, bool formsBySpeed, int centralShards, bool tellsTimes) : IServerProgram
{
    /// <inheritdoc/>
    public Task RunAsync(Server server, CancellationToken cancellation) =>
        new GroupLoop(server, group, groupOf, formsBySpeed, centralShards, tellsTimes).RunAsync(cancellation);

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
    }
}
