namespace Rubato.Strategies.SlowMo;

/// <summary>What becomes of the base optimizer's buffers when the replicas have been averaged.</summary>
internal enum BufferTreatment
{
    /// <summary>Zero, as in a new optimizer; counters too, so that Adam corrects its bias again.</summary>
    Reset,

    /// <summary>They stay as they are, each worker's its own.</summary>
    Keep,

    /// <summary>Their mean over the workers; costs an all-reduce of as many floats as the optimizer holds.</summary>
    Average,
}
