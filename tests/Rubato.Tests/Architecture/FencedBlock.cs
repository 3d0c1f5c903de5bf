namespace Rubato.Tests.Architecture;

/// <summary>A fenced block of a Markdown page.</summary>
/// <param name="Page">The page, from the root of the repository.</param>
/// <param name="Line">The number of its first line inside the fence.</param>
/// <param name="Language">The word after the opening fence, empty where there is none.</param>
/// <param name="Text">The lines inside, joined by line feeds.</param>
internal sealed record FencedBlock(string Page, int Line, string Language, string Text)
{
    /// <summary>Where a reader finds it.</summary>
    public string Place => $"{Page}:{Line}";

    /// <summary>The blocks of a page in order.</summary>
    public static IEnumerable<FencedBlock> In(string page, string markdown)
    {
        string[] lines = markdown.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string opening = lines[i].TrimStart();
            if (!opening.StartsWith("```", StringComparison.Ordinal)) continue;
            int indent = lines[i].Length - opening.Length, first = i + 1;
            var text = new List<string>();
            for (i++; i < lines.Length && !lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal); i++)
                text.Add(lines[i].Length >= indent ? lines[i][indent..] : lines[i].TrimStart());
            yield return new FencedBlock(page, first + 1, opening.Trim('`').Trim(), string.Join('\n', text));
        }
    }
}
