using Rubato.Strategies;

namespace Rubato.Tests.Architecture;

public class HouseTests
{
    // Whoever knows one transport's files finds another's: the same part has the same name after the transport's own.
    private static readonly string[] TransportRoles = ["Transport", "TransportOptions", "Connection", "Acceptor", "Dialler", "Rendezvous", "Network"];

    private static readonly string[] RequiredHeadings = ["What it is for", "The update", "Traffic per step", "Guarantees", "Options", "Differences from the paper"];

    [Fact]
    public void Parallel_parts_of_transports_have_parallel_names()
    {
        var violations = new List<string>();
        foreach (string folder in Directory.GetDirectories(Repository.PathOf("src/Rubato/Transports")))
        {
            string transport = Path.GetFileName(folder);
            string[] files = [.. Directory.GetFiles(folder, "*.cs").Select(file => Path.GetFileNameWithoutExtension(file)!)];
            if (!files.Contains($"{transport}Transport")) violations.Add($"Transports/{transport} has no {transport}Transport.cs");
            foreach (string file in files)
            {
                string? role = TransportRoles.Where(role => file.EndsWith(role, StringComparison.Ordinal)).MaxBy(role => role.Length);
                if (role is not null && file != transport + role) violations.Add($"Transports/{transport}/{file}.cs should be {transport}{role}.cs");
            }
        }
        ArchitectureTests.AssertNone(violations, $"A transport's parts are named TRANSPORT + one of {string.Join(", ", TransportRoles)}.");
    }

    [Fact]
    public void Every_strategy_has_a_page_with_the_same_headings()
    {
        var violations = new List<string>();
        string[]? common = null;
        foreach (string name in StrategyCatalog.All.Entries.Select(entry => entry.Name))
        {
            string page = $"docs/strategies/{name}.md";
            if (!File.Exists(Repository.PathOf(page)))
            {
                violations.Add($"{page} is missing");
                continue;
            }
            string[] headings = [.. Repository.Read(page).Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..].Trim())];
            common ??= headings;
            violations.AddRange(RequiredHeadings.Except(headings).Select(missing => $"{page} has no heading '{missing}'"));
            if (!headings.SequenceEqual(common)) violations.Add($"{page} has the headings {string.Join(", ", headings)} instead of {string.Join(", ", common)}");
        }
        ArchitectureTests.AssertNone(violations, "Each strategy has one page, always with the same headings.");
    }

    [Fact]
    public void Every_option_of_a_strategy_stands_on_its_page() =>
        ArchitectureTests.AssertNone(
            StrategyCatalog.All.Entries.Where(entry => File.Exists(Repository.PathOf($"docs/strategies/{entry.Name}.md")))
                .SelectMany(entry => entry.Options.Where(option =>
                    !Repository.Read($"docs/strategies/{entry.Name}.md").Contains($"`{option.Key}`", StringComparison.Ordinal))
                    .Select(option => $"docs/strategies/{entry.Name}.md does not name the option `{option.Key}`")),
            "A reader of the page must find every option that `rubato list` shows.");
}
