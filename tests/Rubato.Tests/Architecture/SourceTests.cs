using System.Text.RegularExpressions;

namespace Rubato.Tests.Architecture;

public partial class SourceTests
{
    // A watched number, moved down by whoever makes the largest file smaller, and up only for one idea told in order.
    private const int LargestFileLines = 300;

    private static readonly string[] VagueNames = ["Manager", "Helper", "Helpers", "Utils", "Util", "Utilities", "Common", "Misc"];

    // Where the one real clock and the one real wait are opened. Everything else takes what these pass in.
    private static readonly string[] MaySuppressBannedSymbols = ["src/Rubato/Training/RealTime.cs"];

    public static TheoryData<string> Projects => new("src/Rubato", "src/Rubato.Cli", "tests/Rubato.Tests", "bench/Rubato.Benchmarks", "examples/OwnModel");

    [Theory, MemberData(nameof(Projects))]
    public void No_file_or_folder_hides_behind_a_vague_name(string project) =>
        ArchitectureTests.AssertNone(
            Repository.SourceFiles(project).Where(path => path.Split('/').Any(part =>
                VagueNames.Any(vague => Path.GetFileNameWithoutExtension(part).EndsWith(vague, StringComparison.Ordinal)))),
            "Find the real noun: what does it do, and for whom?");

    // In tests a row of data may stand beside the test that it is for.
    [Theory]
    [InlineData("src/Rubato")]
    [InlineData("src/Rubato.Cli")]
    [InlineData("bench/Rubato.Benchmarks")]
    [InlineData("examples/OwnModel")]
    public void One_public_type_a_file_and_the_file_bears_its_name(string project)
    {
        var violations = new List<string>();
        foreach (string path in Repository.SourceFiles(project))
        {
            string[] types = [.. PublicType().Matches(Repository.Read(path)).Select(match => match.Groups["name"].Value)];
            string file = Path.GetFileNameWithoutExtension(path).Split('.')[0];
            if (types.Length > 1) violations.Add($"{path} declares {string.Join(", ", types)}");
            else if (types.Length == 1 && types[0] != file) violations.Add($"{path} declares {types[0]}");
        }
        ArchitectureTests.AssertNone(violations, "One public type per file, under its own name.");
    }

    [Theory, MemberData(nameof(Projects))]
    public void Namespaces_are_folders(string project)
    {
        var violations = new List<string>();
        foreach (string path in Repository.SourceFiles(project).Where(path => !path.Contains("/Planted/", StringComparison.Ordinal)))
        {
            string expected = string.Join('.', [Path.GetFileName(project), .. Path.GetRelativePath(project, Path.GetDirectoryName(path)!).Split('/').Where(part => part != ".")]);
            Match declared = FileNamespace().Match(Repository.Read(path));
            if (declared.Success && declared.Groups["name"].Value != expected) violations.Add($"{path} is in {declared.Groups["name"].Value} instead of {expected}");
        }
        ArchitectureTests.AssertNone(violations, "Namespaces equal folders.");
    }

    [Fact]
    public void The_largest_file_does_not_grow()
    {
        (string path, int lines) = Repository.SourceFiles("src").Select(path => (path, lines: Repository.Read(path).Split('\n').Length - 1)).MaxBy(file => file.lines);
        Assert.True(lines <= LargestFileLines,
            $"{path} has {lines} lines, but the largest file had {LargestFileLines}. Divide it where a second idea begins.");
    }

    [Fact]
    public void Banned_symbols_are_suppressed_in_the_listed_files_only() =>
        ArchitectureTests.AssertNone(
            Repository.SourceFiles("src").Except(MaySuppressBannedSymbols)
                .Where(path => Suppression().IsMatch(Repository.Read(path))),
            "A suppressed RS0030 is an open door; pass the clock or the randomness in, or list the file here with its reason.");

    [Fact]
    public void Continuations_stay_on_the_ranks_event_loop() =>
        ArchitectureTests.AssertNone(
            Repository.SourceFiles("src/Rubato/Strategies", "src/Rubato/Compression", "src/Rubato/Communication").SelectMany(path =>
                Repository.Read(path).Split('\n').Where(line => LeavesTheLoop().IsMatch(line)).Select(line => $"{path}: {line.Trim()}")),
            "A rank is one event loop in every world, and the simulator's is virtual: await plainly, or say ContinueOnCapturedContext.");

    [Theory]
    [InlineData("await task.ConfigureAwait(false);", true)]
    [InlineData("await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);", true)]
    [InlineData("await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);", false)]
    [InlineData("/// never use <c>ConfigureAwait(false)</c> here", false)]
    [InlineData("await task;", false)]
    public void A_line_that_leaves_the_loop_is_told_from_one_that_stays(string line, bool leaves) =>
        Assert.Equal(leaves, LeavesTheLoop().IsMatch(line));

    [Fact]
    public void Nothing_is_left_undone() =>
        ArchitectureTests.AssertNone(
            Repository.SourceFiles("src", "bench", "examples").Where(path => Undone().IsMatch(Repository.Read(path))),
            "Finish it, or say in the documentation that it does not exist.");

    [GeneratedRegex(@"^public (?:(?:sealed|static|abstract|partial|readonly|ref|unsafe|record|file)\s+)*(?:class|record|struct|interface|enum|delegate\s+[\w<>\[\]?,. ]+?)\s+(?<name>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex FileNamespace();

    [GeneratedRegex(@"#pragma\s+warning\s+disable.*RS0030|SuppressMessage\(.*RS0030")]
    private static partial Regex Suppression();

    [GeneratedRegex(@"^(?!\s*//).*\.ConfigureAwait\((?!true\)|[^)]*ContinueOnCapturedContext)")]
    private static partial Regex LeavesTheLoop();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|NotImplementedException|catch\s*\{\s*\}|\bnull!")]
    private static partial Regex Undone();
}
