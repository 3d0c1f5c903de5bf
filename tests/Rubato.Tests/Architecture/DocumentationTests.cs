namespace Rubato.Tests.Architecture;

public class DocumentationTests
{
    private static readonly string[] Pages =
        [.. new[] { "README.md", "DEVELOPERS.md" }.Where(page => File.Exists(Repository.PathOf(page))), .. Repository.Files("*.md", "docs", "examples")];

    private static readonly Lazy<string[]> Compiled = new(() => [.. Repository.SourceFiles("examples", "tests").Select(Repository.Read)]);

    [Fact]
    public void Every_block_in_a_page_is_compiled_or_parsed() =>
        ArchitectureTests.AssertNone(
            Pages.SelectMany(page => FencedBlock.In(page, Repository.Read(page)))
                .Select(block => (block.Place, wrong: DocumentationRules.Violation(block, Compiled.Value)))
                .Where(found => found.wrong is not null).Select(found => $"{found.Place} {found.wrong}"),
            "What stands in a page is copied by its readers.");

    [Theory]
    [InlineData("csharp", "await Nothing.Like(this);", "stands in no file")]
    [InlineData("sh", "rubato train --wrokers 8", "Did you mean '--workers'?")]
    [InlineData("sh", "rubato train --workers 0", "1 to 65536 are possible")]
    [InlineData("sh", "dotnet run -c Release --project src/Rubato.Cli -- trian", "Did you mean 'train'?")]
    [InlineData("sh", "make all", "neither begins with rubato")]
    [InlineData("yaml", "wrokers: 8", "Did you mean 'workers'?")]
    [InlineData("", "anything", "has no language")]
    [InlineData("python", "print()", "which nothing checks")]
    public void A_block_that_would_fail_its_reader_is_found(string language, string text, string hint) =>
        Assert.Contains(hint, DocumentationRules.Violation(new FencedBlock("page.md", 1, language, text), ["int a;"]), StringComparison.Ordinal);

    [Fact]
    public void A_quotation_may_be_indented_otherwise()
    {
        const string source = "class A\n{\n    void B()\n    {\n        C();\n    }\n}\n";
        Assert.Null(DocumentationRules.Violation(new FencedBlock("page.md", 1, "csharp", "void B()\n{\n    C();\n}"), [source]));
        Assert.NotNull(DocumentationRules.Violation(new FencedBlock("page.md", 1, "csharp", "void B()\n{\n    D();\n}"), [source]));
    }

    [Fact]
    public void Blocks_are_found_with_language_and_line()
    {
        FencedBlock[] blocks = [.. FencedBlock.In("p.md", "a\n```sh\nrubato list\n```\n  ```\n  x\n  ```\n")];
        Assert.Equal([new FencedBlock("p.md", 3, "sh", "rubato list"), new FencedBlock("p.md", 6, "", "x")], blocks);
    }

    [Fact]
    public void Every_link_between_pages_leads_somewhere()
    {
        var broken = new List<string>();
        foreach (string page in Pages)
        {
            foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(Repository.Read(page), @"\]\((?!https?:|#)([^)#\s]+)"))
            {
                string target = Path.Combine(Path.GetDirectoryName(Repository.PathOf(page))!, link.Groups[1].Value);
                if (!File.Exists(target) && !Directory.Exists(target)) broken.Add($"{page} links to {link.Groups[1].Value}");
            }
        }
        ArchitectureTests.AssertNone(broken, "Mend the link or write the page.");
    }
}
