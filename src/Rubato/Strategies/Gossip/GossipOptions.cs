namespace Rubato.Strategies.Gossip;

/// <summary>The options of <c>gossip</c>.</summary>
internal sealed record GossipOptions : NeighbourOptions;
