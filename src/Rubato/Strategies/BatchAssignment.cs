namespace Rubato.Strategies;

/// <summary>How mini-batches find their workers.</summary>
public enum BatchAssignment
{
    /// <summary>Worker r takes batch <c>step × workers + r</c>: the same in every world.</summary>
    ByStepAndRank,

    /// <summary>Whoever asks next takes the next batch, so a slow worker takes fewer.</summary>
    OnDemand,
}
