namespace Rubato.Strategies.ParameterServer;

/// <summary>What the definitions of plain parameter-server methods share: shards, model home, the worker's side.</summary>
/// <param name="Options">The method's options.</param>
internal abstract record ServerStrategyDefinition<TOptions>(TOptions Options) : StrategyDefinition where TOptions : ServerOptions
{
    /// <inheritdoc/>
    public sealed override ModelHome ModelHome => ModelHome.Servers;

    /// <inheritdoc/>
    public override int ServersFor(int workers) => Options.Servers;

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new PushPullWorker(workers, Options.Servers);

    /// <inheritdoc/>
    public override IServerProgram CreateServer(int index, int workers)
    {
        int[] clients = [.. Enumerable.Range(0, workers)];
        return new ParameterServerProgram(CreatePolicy(clients), clients, Options.Servers, Options.Scale, reports: true);
    }

    /// <summary>When the servers apply and answer.</summary>
    protected abstract UpdatePolicy CreatePolicy(IReadOnlyList<int> workers);
}
