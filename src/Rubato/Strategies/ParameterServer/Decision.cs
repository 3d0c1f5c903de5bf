namespace Rubato.Strategies.ParameterServer;

/// <summary>One decision of a policy.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Clients">With whose requests, as ranks of the world in ascending order.</param>
/// <param name="Status">What released clients are told.</param>
internal readonly record struct Decision(DecisionKind Kind, int[] Clients, ReplyStatus Status = ReplyStatus.Accepted);
