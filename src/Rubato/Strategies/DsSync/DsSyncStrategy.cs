using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.LocalSgd;
using Rubato.Topologies;

namespace Rubato.Strategies.DsSync;

/// <summary>Divide and shuffle: every step ends with the mean of the parameters of a small group, and the groups change from step to step.</summary>
/// <remarks>
/// <para>Wang, Zhang, Liu, Chen and Tan, "DS-Sync: Addressing Network Bottlenecks with Divide-and-Shuffle Synchronization for Distributed DNN
/// Training", 2022, arXiv:2007.03298, with the average after the step.</para>
/// <para>Paper → here: x_i Parameters, q the group size, Π_t the schedule's groups of round t = Step − 1, N WorkerCount, η LearningRate. The
/// optimizer's buffers stay on their worker.</para>
/// <para>Traffic of a step: one all-reduce of d floats in a group of q. State: none but the replica and its optimizer's, which differ between
/// workers: the groups of a step are a function of its number.</para>
/// </remarks>
/// <param name="scheduleOf">Makes the groups of each step from the job's seed.</param>
internal sealed class DsSyncStrategy(Func<ulong, GroupSchedule> scheduleOf) : IStrategy
{
    private GroupSchedule? _schedule;

    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, CancellationToken cancellation)
    {
        _schedule = scheduleOf(worker.Seed);
        return worker.Workers.BroadcastAsync(worker.Parameters, root: 0, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.TakeLocalStepAsync(cancellation);
        int[] members = _schedule!.MembersOf(worker.Rank, worker.Step - 1);
        ICommunicator group = _schedule.Repeats ? worker.Workers.Subgroup(members) : worker.Workers.Subgroup(members, occasion: worker.Step);
        await group.AllReduceAsync(worker.Parameters, ReduceOperation.Mean, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
    }
}
