namespace Rubato.Strategies.Grouped;

/// <summary>Who shares a group.</summary>
internal enum GroupMembership
{
    /// <summary>Neighbouring ranks: the first P/G workers are group 0, and so on.</summary>
    Contiguous,

    /// <summary>Worker r is in group r mod G.</summary>
    RoundRobin,

    /// <summary>Workers of like speed, as measured in the first steps, so that slow ones hold up each other only.</summary>
    SpeedSorted,
}
