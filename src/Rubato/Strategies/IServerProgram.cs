using Rubato.Numerics;

namespace Rubato.Strategies;

/// <summary>A server of a strategy (parameter server, group server): a program of its own, on a rank of its own or beside a worker.</summary>
public interface IServerProgram : IStateful
{
    /// <summary>Serves until every worker has left or is lost.</summary>
    Task RunAsync(Server server, CancellationToken cancellation);
}
