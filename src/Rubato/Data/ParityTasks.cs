namespace Rubato.Data;

/// <summary>What the stretches of the data set <c>parity</c> are.</summary>
internal enum ParityTasks
{
    /// <summary>Ten: one class each, so one label each.</summary>
    Classes,

    /// <summary>Twenty-five: an even and an odd class each, a fifth of either.</summary>
    Pairs,
}
