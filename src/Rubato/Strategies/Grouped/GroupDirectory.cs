using Rubato.Numerics;

namespace Rubato.Strategies.Grouped;

/// <summary>What the centre knows of who belongs to which group; groups ask it when they hear of a newer generation.</summary>
internal abstract class GroupDirectory : IStateful
{
    /// <summary>0 before groups are formed; each change of the membership is the next one.</summary>
    public abstract int Generation { get; }

    /// <summary>The group of every worker.</summary>
    public abstract IReadOnlyList<int> GroupOf { get; }

    /// <summary>An update of one worker's gradient alone was applied.</summary>
    public virtual void Count(int worker)
    {
    }

    /// <summary>A worker took so long from receiving parameters to delivering its gradient.</summary>
    public virtual void Record(int worker, double seconds)
    {
    }

    /// <summary>A group's update of so many samples was applied at this staleness.</summary>
    public virtual void Applied(int samples, long staleness)
    {
    }

    /// <summary>A worker is lost.</summary>
    public virtual void Lose(int worker)
    {
    }

    /// <summary>Between two updates: the membership may be changed now. Returns what was decided and why; null where nothing was.</summary>
    public virtual string? Consider() => null;

    /// <inheritdoc/>
    public abstract void VisitState(IStateVisitor visitor);
}
