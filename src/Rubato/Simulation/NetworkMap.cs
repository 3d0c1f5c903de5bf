namespace Rubato.Simulation;

/// <summary>Which links a simulated cluster has: one for each endpoint, and between sites (racks, data centres) those of the sites.</summary>
/// <remarks>
/// A message from a to b passes a's own link, then, if the two lie in different sites, the uplink of a's site, the line from site to site and
/// the downlink of b's site, and last b's own link. What a site shares is one queue for all of its endpoints. A rate that is not given is
/// infinite. With one site only the endpoints' own links matter.
/// </remarks>
public sealed class NetworkMap
{
    private readonly int[] _siteOf;
    private readonly LinkShape[] _uplinks;
    private readonly Dictionary<(int From, int To), LinkShape> _lines;

    /// <summary>All endpoints in one site, each behind a link of this shape.</summary>
    public NetworkMap(LinkShape node) : this(node, [], ["here"], [LinkShape.Free], new Dictionary<(int, int), LinkShape>())
    {
    }

    /// <summary>Endpoints in several sites.</summary>
    /// <param name="node">The link of each endpoint, in both directions; its latency is that of messages within a site.</param>
    /// <param name="siteOf">The site of each endpoint by number; endpoints beyond are in site 0.</param>
    /// <param name="names">The sites' names.</param>
    /// <param name="uplinks">What each site shares in each direction, to and from all other sites.</param>
    /// <param name="lines">The lines between sites, one direction each; a missing one costs nothing beyond the uplinks.</param>
    public NetworkMap(
        LinkShape node, IReadOnlyList<int> siteOf, IReadOnlyList<string> names, IReadOnlyList<LinkShape> uplinks,
        IReadOnlyDictionary<(int From, int To), LinkShape> lines)
    {
        ArgumentNullException.ThrowIfNull(names);
        Node = node;
        _siteOf = [.. siteOf];
        Names = names;
        _uplinks = [.. uplinks];
        _lines = new Dictionary<(int, int), LinkShape>(lines);
        if (_uplinks.Length != names.Count)
            throw new ArgumentException($"There are {names.Count} sites, but {_uplinks.Length} uplinks. Give each site one.", nameof(uplinks));
    }

    /// <summary>The link of each endpoint.</summary>
    public LinkShape Node { get; }

    /// <summary>The sites' names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether every message takes no time at all.</summary>
    public bool IsFree => Names.Count == 1 && Node == LinkShape.Free;

    /// <summary>Endpoints up to the last one whose site was named.</summary>
    internal int NamedEndpoints => _siteOf.Length;

    /// <summary>The site of an endpoint.</summary>
    public int SiteOf(int endpoint) => endpoint < _siteOf.Length ? _siteOf[endpoint] : 0;

    /// <summary>What a site shares in each direction.</summary>
    public LinkShape Uplink(int site) => _uplinks[site];

    /// <summary>The line from one site to another.</summary>
    public LinkShape Line(int from, int to) => _lines.GetValueOrDefault((from, to), LinkShape.Free);

    /// <summary>The time from the last bit sent to the last bit received, where no link is busy.</summary>
    public TimeSpan LatencyBetween(int from, int to)
    {
        int here = SiteOf(from), there = SiteOf(to);
        return here == there ? Node.Latency : Node.Latency + Uplink(here).Latency + Line(here, there).Latency + Uplink(there).Latency;
    }
}
