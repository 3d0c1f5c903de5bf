namespace Rubato.Communication;

/// <summary>How the vectors of several ranks become one, element by element.</summary>
public enum ReduceOperation
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their sum divided by the number of ranks.</summary>
    Mean,

    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The largest.</summary>
    Max,
}
