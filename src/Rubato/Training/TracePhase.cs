namespace Rubato.Training;

/// <summary>What an endpoint was doing during a <see cref="TraceSpan"/>.</summary>
public enum TracePhase
{
    /// <summary>Computing a gradient, slowness included.</summary>
    Compute,

    /// <summary>Waiting for another rank.</summary>
    Wait,

    /// <summary>Sending, receiving or reducing.</summary>
    Communicate,

    /// <summary>Synchronizing while gradients are computed.</summary>
    Background,

    /// <summary>Evaluating the model, or standing still while it is evaluated.</summary>
    Evaluate,
}
