namespace Rubato.Strategies.ParameterServer;

/// <summary>What a policy decides about held requests.</summary>
internal enum DecisionKind
{
    /// <summary>One update by the mean of these clients' gradients.</summary>
    Apply = 0,

    /// <summary>One update a client, in this order, all at the schedule position before the first.</summary>
    ApplyEach = 1,

    /// <summary>These clients' gradients are thrown away.</summary>
    Discard = 2,

    /// <summary>These clients are sent the parameters as they are now.</summary>
    Release = 3,
}
