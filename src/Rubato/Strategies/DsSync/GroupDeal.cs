namespace Rubato.Strategies.DsSync;

/// <summary>How workers are dealt out to groups from step to step.</summary>
internal enum GroupDeal
{
    /// <summary>Workers stand on a grid; rows, columns and further axes take turns.</summary>
    Grid,

    /// <summary>A random partition every step, drawn from the job's seed.</summary>
    Random,

    /// <summary>Racks of neighbouring workers, and every other step one worker of each rack with those of the others.</summary>
    Racks,

    /// <summary>The same groups for ever, which never hear of each other: to compare with.</summary>
    Fixed,
}
