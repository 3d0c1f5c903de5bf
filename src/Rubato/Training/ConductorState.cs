using Rubato.Configuration;
using Rubato.Numerics;

namespace Rubato.Training;

/// <summary>The conductor's part of a checkpoint: its books, and what the job must have in common with the one that goes on.</summary>
internal sealed class ConductorState(JobPlan plan, RunAccount account) : IStateful
{
    /// <summary>Its name in a checkpoint.</summary>
    public const string Name = "conductor";

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        // Samples are numbered by these: with others, a resumed run would see some samples twice and others never.
        Agree(visitor, "workers", plan.Workers, "--workers");
        Agree(visitor, "batch-size", plan.Job.BatchSize, "--batch-size");
        Agree(visitor, "seed", unchecked((long)plan.Job.Seed), "--seed");
        Agree(visitor, "train-samples", plan.Dataset.Train.Count, "--dataset");
        visitor.Part("account", account);
    }

    private static void Agree(IStateVisitor visitor, string name, long now, string flag)
    {
        long saved = now;
        visitor.Counter(name, ref saved);
        if (saved != now)
        {
            throw new InvalidRequestException(
                $"The checkpoint was made with {name.Replace('-', ' ')} {unchecked((ulong)saved)}, but the job says {unchecked((ulong)now)}. "
                + $"Resume with the same {flag}.");
        }
    }
}
