using Rubato.Numerics;

namespace Rubato.Strategies;

/// <summary>A server of a strategy (parameter server, group server): a program of its own, on a rank of its own or beside a worker.</summary>
public interface IServerProgram : IStateful
{
    /// <summary>
    /// Allocates this server's part of the state from <see cref="Server.InitialParameters"/>. Called once, before
    /// <see cref="IStateful.VisitState"/> and <see cref="RunAsync"/>: what a checkpoint restores must have its shape by then.
    /// </summary>
    void Prepare(Server server)
    {
    }

    /// <summary>Serves until every worker has left or is lost.</summary>
    Task RunAsync(Server server, CancellationToken cancellation);
}
