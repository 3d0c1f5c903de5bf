using System.Globalization;
using Rubato.Configuration;
using Rubato.Simulation;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rubato.Training;

/// <summary>Reads a file of sites and links for the simulated world.</summary>
/// <remarks>
/// YAML with four keys. <c>node</c>: the link of every endpoint. <c>sites</c>: names with ranges of endpoints (<c>0-3</c>, several with commas; servers are numbered
/// after the workers); endpoints that no site names are in the first one. <c>uplink</c>: what each site shares in each direction, one link for
/// all or a block of <c>SITE: link</c>. <c>links</c>: a block of <c>FROM &gt; TO: link</c>, one direction each; with several sites on a side, joined by commas, a
/// line of its own for each pair of different ones. A link is written <c>latency=1ms,bandwidth=1Gbit</c>.
/// </remarks>
public static class NetworkFile
{
    private static readonly string[] Keys = ["node", "sites", "uplink", "links"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="workers">The job's workers, which the sites may not go beyond by more than servers could.</param>
    /// <exception cref="InvalidRequestException">The file cannot be read, or says something that cannot be; the message names the file.</exception>
    public static NetworkMap Read(string path, int workers)
    {
        try
        {
            return ParseAs(path, File.ReadAllText(path), workers);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidRequestException(
                $"The network '{path}' is neither latency=TIME,bandwidth=RATE nor a file that can be read: {failure.Message.TrimEnd('.')}. "
                + "Write latency=1ms,bandwidth=1Gbit, for example.", failure);
        }
    }

    /// <summary>Reads what such a file says, where it stands in the job itself; <paramref name="source"/> is the text's name in refusals.</summary>
    internal static NetworkMap ParseAs(string source, string yaml, int workers)
    {
        try
        {
            return Parse(yaml, workers);
        }
        catch (YamlException broken)
        {
            throw new InvalidRequestException($"{broken.Message} ({source}, line {broken.Start.Line}). Write one 'key: value' a line.", broken);
        }
        catch (InvalidRequestException wrong)
        {
            throw new InvalidRequestException($"{wrong.Message} (in {source})", wrong);
        }
    }

    internal static NetworkMap Parse(string yaml, int workers)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
            throw new InvalidRequestException("The network is not a list of keys. Write node, sites, uplink and links.");
        RequireValues(root);
        foreach (YamlNode key in root.Children.Keys)
        {
            if (!Keys.Contains(Text(key))) throw new InvalidRequestException($"A network has no key '{Text(key)}'.{NearestName.Suggest(Text(key), Keys)}");
        }
        LinkShape node = root.Children.TryGetValue("node", out YamlNode? own) ? Link(own) : LinkShape.Free;
        if (!root.Children.TryGetValue("sites", out YamlNode? listed)) return new NetworkMap(node);

        var names = new List<string>();
        var siteOf = new SortedDictionary<int, int>();
        foreach ((string name, YamlNode members) in Block("sites", listed))
        {
            foreach (int endpoint in Endpoints(name, Text(members), workers))
            {
                if (!siteOf.TryAdd(endpoint, names.Count))
                    throw new InvalidRequestException($"Endpoint {endpoint} is in the sites '{names[siteOf[endpoint]]}' and '{name}'. Keep it in one.");
            }
            names.Add(name);
        }
        int[] sites = [.. Enumerable.Range(0, siteOf.Count == 0 ? 0 : siteOf.Keys.Last() + 1).Select(endpoint => siteOf.GetValueOrDefault(endpoint))];
        return new NetworkMap(node, sites, names, Uplinks(root, names), Lines(root, names));
    }

    // In braces YAML ends a value at its first comma and takes what follows for a key without one.
    private static void RequireValues(YamlMappingNode block)
    {
        foreach ((YamlNode key, YamlNode value) in block.Children)
        {
            if (value is YamlMappingNode inner) RequireValues(inner);
            else if (value is YamlScalarNode { Value: null or "" })
            {
                throw new InvalidRequestException(
                    $"'{Text(key)}' has no value. Write '{Text(key)}: value'; in braces a value with a comma stands in quotes: a: '0,2', node: 'latency=1ms,bandwidth=1Gbit'.");
            }
        }
    }

    private static LinkShape[] Uplinks(YamlMappingNode root, List<string> names)
    {
        var uplinks = Enumerable.Repeat(LinkShape.Free, names.Count).ToArray();
        if (!root.Children.TryGetValue("uplink", out YamlNode? given)) return uplinks;
        if (given is YamlScalarNode) Array.Fill(uplinks, Link(given));
        else foreach ((string site, YamlNode link) in Block("uplink", given)) uplinks[SiteNumber(names, site)] = Link(link);
        return uplinks;
    }

    private static Dictionary<(int, int), LinkShape> Lines(YamlMappingNode root, List<string> names)
    {
        var lines = new Dictionary<(int, int), LinkShape>();
        if (!root.Children.TryGetValue("links", out YamlNode? given)) return lines;
        foreach ((string pair, YamlNode link) in Block("links", given))
        {
            string[] ends = pair.Split('>', StringSplitOptions.TrimEntries);
            if (ends.Length != 2 || ends.Contains("")) throw new InvalidRequestException($"The link '{pair}' does not go from one site to another. Write {names[0]} > {names[^1]}, for example.");
            (int[] from, int[] to) = (SiteNumbers(names, ends[0]), SiteNumbers(names, ends[1]));
            (int, int)[] between = [.. from.SelectMany(_ => to, (a, b) => (a, b)).Where(line => line.a != line.b)];
            if (between.Length == 0) throw new InvalidRequestException($"The link '{pair}' goes from a site to itself. Within a site the key 'node' says how fast links are.");
            foreach ((int, int) line in between) lines[line] = Link(link);
        }
        return lines;
    }

    private static int[] SiteNumbers(List<string> names, string list) =>
        [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => SiteNumber(names, name))];

    private static IEnumerable<(string Key, YamlNode Value)> Block(string key, YamlNode node) => node is YamlMappingNode block
        ? block.Children.Select(pair => (Text(pair.Key), pair.Value))
        : throw new InvalidRequestException($"The value of '{key}' is no block of keys. Write one 'name: value' a line below it.");

    private static int SiteNumber(List<string> names, string name) => names.IndexOf(name) is >= 0 and int number
        ? number
        : throw new InvalidRequestException($"There is no site '{name}'.{NearestName.Suggest(name, names)}");

    private static IEnumerable<int> Endpoints(string site, string ranges, int workers)
    {
        // Servers follow the workers, never more than a few for each of them.
        int most = 4 * workers + 1024;
        foreach (string range in ranges.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = range.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) || last < first || last > most)
                throw new InvalidRequestException($"The endpoints '{range}' of site '{site}' are no number and no range up to {most}. Write 0-3 or 0-3,8, for example.");
            for (int endpoint = first; endpoint <= last; endpoint++) yield return endpoint;
        }
    }

    private static LinkShape Link(YamlNode node)
    {
        NetworkShape shape = NetworkShape.Parse(Text(node));
        return shape.File is null ? new LinkShape(shape.Latency, shape.BitsPerSecond)
            : throw new InvalidRequestException($"The link '{shape.File}' is not latency=TIME,bandwidth=RATE. Write latency=1ms,bandwidth=1Gbit, for example.");
    }

    private static string Text(YamlNode node) => node is YamlScalarNode { Value: { } value }
        ? value
        : throw new InvalidRequestException($"A value in line {node.Start.Line} is a block where one word was due.");
}
