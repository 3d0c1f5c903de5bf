namespace Rubato.Training;

/// <summary>How a simulated cluster reckons the time of collectives.</summary>
public enum CollectiveCosting
{
    /// <summary>By messages in groups of up to 64 members, by the formula in larger ones.</summary>
    Auto,

    /// <summary>Message by message, whatever the size.</summary>
    Messages,

    /// <summary>By the cost formula of the same algorithm, whatever the size.</summary>
    Formula,
}
