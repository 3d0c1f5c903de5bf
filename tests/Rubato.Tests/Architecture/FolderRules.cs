namespace Rubato.Tests.Architecture;

/// <summary>Which folder of the library may use which: the table of <c>docs/architecture.md</c>, read from the page itself.</summary>
/// <param name="RootNamespace">The namespace whose parts are the folders.</param>
/// <param name="MayUse">For each folder, the folders that it may use besides itself.</param>
internal sealed record FolderRules(string RootNamespace, IReadOnlyDictionary<string, IReadOnlySet<string>> MayUse)
{
    /// <summary>The rules that stand in the architecture page.</summary>
    public static FolderRules FromPage(string markdown)
    {
        var rules = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (string line in markdown.Split('\n').SkipWhile(line => !line.StartsWith("| folder ", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|')))
        {
            string[] cells = [.. line.Trim('|').Split('|', StringSplitOptions.TrimEntries)];
            string folder = cells[0].Trim('`').Replace("/*", "", StringComparison.Ordinal);
            rules.Add(folder, cells[2] switch
            {
                "nothing" => new HashSet<string>(),
                "everything above" => rules.Keys.ToHashSet(),
                var list => list.Split(',', StringSplitOptions.TrimEntries).ToHashSet(),
            });
        }
        return new FolderRules("Rubato", rules);
    }

    /// <summary>The folder of a namespace, null for one outside <see cref="RootNamespace"/>.</summary>
    public string? FolderOf(string @namespace) =>
        @namespace.StartsWith(RootNamespace + ".", StringComparison.Ordinal) ? @namespace[(RootNamespace.Length + 1)..].Split('.')[0] : null;

    /// <summary>The uses that go against the rules.</summary>
    public IEnumerable<string> Violations(IEnumerable<TypeUse> uses)
    {
        foreach (TypeUse use in uses)
        {
            if (FolderOf(use.UserNamespace) is not { } user || FolderOf(use.UsedNamespace) is not { } used || user == used) continue;
            if (!MayUse.TryGetValue(user, out IReadOnlySet<string>? allowed)) yield return $"{use}: the folder {user} is not in the table";
            else if (!allowed.Contains(used)) yield return $"{use}: {user} may not know {used}";
        }
    }
}
