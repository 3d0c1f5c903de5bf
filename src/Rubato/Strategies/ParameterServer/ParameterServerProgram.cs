using Rubato.Communication;
using Rubato.Numerics;

namespace Rubato.Strategies.ParameterServer;

/// <summary>A parameter server: owns one contiguous range of the model and its optimizer state, and serves it under a policy.</summary>
/// <remarks>
/// <para>Li et al., "Scaling Distributed Machine Learning with the Parameter Server", OSDI 2014. Requests are fused push-pulls in one message
/// a shard (<see cref="MessageHeader"/>, then the range's floats).</para>
/// <para>State: the range, the optimizer's state, version and applied samples. Requests that wait for an answer are no part of it: a job
/// resumes with every worker at the start of a step.</para>
/// </remarks>
/// <param name="policy">When gradients are applied and clients go on.</param>
/// <param name="clients">The ranks of the world that are served.</param>
/// <param name="shards">Servers that share the vector; this is one of the first so many.</param>
/// <param name="scale">How the learning rate follows the share of workers in an update.</param>
/// <param name="reports">Whether clients are workers, whose gradients the lead shard writes into the ledger.</param>
internal class ParameterServerProgram(
    UpdatePolicy policy, IReadOnlyList<int> clients, int shards, LearningRateScale scale, bool reports) : IServerProgram
{
    private ParameterShard? _shard;

    /// <inheritdoc/>
    public void Prepare(Server server)
    {
        Range range = Chunks.Of(server.Index, shards, server.InitialParameters.Length);
        (int offset, int length) = range.GetOffsetAndLength(server.InitialParameters.Length);
        _shard = new ParameterShard(
            server.InitialParameters.Span[range], server.CreateOptimizer(offset, length), server.LearningRateAt, scale,
            (long)server.WorkerCount * server.BatchSize);
    }

    /// <inheritdoc/>
    public async Task RunAsync(Server server, CancellationToken cancellation)
    {
        if (_shard is null) Prepare(server);
        ParameterShard shard = Shard;
        int offset = Chunks.Of(server.Index, shards, server.InitialParameters.Length).Start.Value;
        server.OfferModel(offset, shard.Parameters.Length, copy => shard.Parameters.CopyTo(copy.Span));
        await CreateLoop(server, shard).RunAsync(cancellation);
    }

    /// <inheritdoc/>
    public virtual void VisitState(IStateVisitor visitor) => visitor.Part("shard", Shard);

    /// <summary>Makes the loop that serves this shard.</summary>
    protected virtual ShardLoop CreateLoop(Server server, ParameterShard shard) =>
        new(server, policy, clients, shard, shards, reports);

    private ParameterShard Shard => _shard
        ?? throw new InvalidOperationException("The parameter server has no state yet. Call Prepare before VisitState.");
}
