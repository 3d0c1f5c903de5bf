namespace Rubato.Strategies;

/// <summary>Where the parameters live that are evaluated and saved as the model, but for a table that servers keep (<see cref="StrategyDefinition.KeepsTableOnServers"/>).</summary>
public enum ModelHome
{
    /// <summary>On every worker, equal after a drain.</summary>
    Workers,

    /// <summary>On all workers together: the mean of what each of them offers (see <see cref="IStrategy.ModelOf"/>), in rank order.</summary>
    Replicas,

    /// <summary>On the servers, each its range.</summary>
    Servers,
}
