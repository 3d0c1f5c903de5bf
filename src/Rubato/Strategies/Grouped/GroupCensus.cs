using Rubato.Numerics;

namespace Rubato.Strategies.Grouped;

/// <summary>Counts every worker's steps while groups are not formed yet, and forms them by speed.</summary>
/// <remarks>
/// Steps taken in the same time are the inverse of a step's time, so nobody needs a clock. State: the count and the group of every
/// worker, and the generation: 0 before groups are formed, 1 after.
/// </remarks>
/// <param name="workers">The number of workers (P).</param>
/// <param name="groups">The number of groups (G).</param>
internal sealed class GroupCensus(int workers, int groups) : GroupDirectory
{
    /// <summary>The groups are formed when the workers have taken so many steps on average.</summary>
    public const int StepsPerWorker = 4;

    private readonly long[] _steps = new long[workers];
    private int[] _groupOf = GroupPartition.Contiguous(workers, groups);
    private long _generation;

    /// <inheritdoc/>
    public override int Generation => (int)_generation;

    /// <inheritdoc/>
    public override IReadOnlyList<int> GroupOf => _groupOf;

    /// <inheritdoc/>
    public override void Count(int worker)
    {
        if (_generation > 0) return;
        _steps[worker]++;
        if (_steps.Sum() < (long)StepsPerWorker * workers) return;
        _groupOf = GroupPartition.BySpeed(_steps, groups);
        _generation = 1;
    }

    /// <inheritdoc/>
    public override void VisitState(IStateVisitor visitor)
    {
        visitor.Counter("generation", ref _generation);
        for (int worker = 0; worker < workers; worker++) visitor.Counter($"steps-{worker}", ref _steps[worker]);
        // The groups follow from the counts, which stand still from the forming on.
        _groupOf = _generation > 0 ? GroupPartition.BySpeed(_steps, groups) : GroupPartition.Contiguous(workers, groups);
    }
}
