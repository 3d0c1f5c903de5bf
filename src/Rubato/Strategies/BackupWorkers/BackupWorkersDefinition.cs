using Rubato.Configuration;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.BackupWorkers;

/// <summary><c>backup-workers</c>: synchronous SGD that takes the first N of N + b gradients and drops the late ones.</summary>
/// <remarks>
/// <para>Chen, Pan, Monga, Bengio, Jozefowicz, "Revisiting Distributed Synchronous SGD", arXiv:1604.00981.</para>
/// <para>Worker: <see cref="PushPullWorker"/>. Server: <see cref="SynchronousPolicy"/>, the version gate. Paper → here: W = N + b the job's
/// workers, b Backup, N what an update averages, g the server's version.</para>
/// <para>Traffic of a step and worker: 24·S + 4d bytes up (late ones too), as many down. Server state: d floats, the optimizer's, and at
/// most W gradients in flight.</para>
/// </remarks>
/// <param name="Options">b, shards, scale.</param>
internal sealed record BackupWorkersDefinition(BackupWorkersOptions Options) : ServerStrategyDefinition<BackupWorkersOptions>(Options)
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<BackupWorkersOptions>(
        "backup-workers", "synchronous, but an update takes the first N of N + b gradients", options => new BackupWorkersDefinition(options));

    /// <inheritdoc/>
    public override bool SurvivesLostWorkers => Options.Backup > 0;

    /// <inheritdoc/>
    public override BatchAssignment AssignmentFor(int workers) =>
        Options.Backup == 0 ? BatchAssignment.ByStepAndRank : BatchAssignment.OnDemand;

    /// <inheritdoc/>
    public override void Validate(int workers)
    {
        if (Options.Backup >= workers)
            throw new InvalidRequestException(
                $"backup-workers is to do without {Options.Backup} of {workers} worker{(workers == 1 ? "" : "s")}, but an update needs at least one gradient. "
                + (workers == 1 ? "Use backup=0, or more workers." : $"Use backup={workers - 1} or less, or more workers."));
    }

    /// <inheritdoc/>
    protected override UpdatePolicy CreatePolicy(IReadOnlyList<int> workers) =>
        new SynchronousPolicy(workers, quorum: workers.Count - Options.Backup);
}
