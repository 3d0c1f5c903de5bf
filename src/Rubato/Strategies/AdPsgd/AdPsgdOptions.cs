using Rubato.Strategies.Gossip;

namespace Rubato.Strategies.AdPsgd;

/// <summary>The options of <c>ad-psgd</c>.</summary>
internal sealed record AdPsgdOptions : NeighbourOptions;
