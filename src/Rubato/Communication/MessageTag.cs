namespace Rubato.Communication;

/// <summary>What a receiver matches a message by, besides its source: the communicator it belongs to and the operation's own number.</summary>
/// <param name="Context">The communicator: equal on all members of a group, different between groups.</param>
/// <param name="Value">The operation within it.</param>
public readonly record struct MessageTag(int Context, int Value);
