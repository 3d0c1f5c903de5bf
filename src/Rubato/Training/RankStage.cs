namespace Rubato.Training;

/// <summary>How far a rank has come, as the conductor knows it.</summary>
internal enum RankStage
{
    /// <summary>Not heard of yet.</summary>
    Absent,

    /// <summary>Loaded and warm.</summary>
    Present,

    /// <summary>Its strategy is started.</summary>
    Ready,

    /// <summary>Its strategy's part is over; it waits for the end of the run.</summary>
    Left,

    /// <summary>It has said its last word.</summary>
    Gone,
}
