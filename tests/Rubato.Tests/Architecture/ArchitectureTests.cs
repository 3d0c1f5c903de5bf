using Rubato.Configuration;

namespace Rubato.Tests.Architecture;

public class ArchitectureTests
{
    private static readonly FolderRules Rules = FolderRules.FromPage(Repository.Read("docs/architecture.md"));
    private static readonly Lazy<IReadOnlyCollection<TypeUse>> Uses = new(() => AssemblyUses.In(typeof(Specification).Assembly.Location));

    private static readonly FolderRules PlantedRules = new("Rubato.Tests.Architecture.Planted", new Dictionary<string, IReadOnlySet<string>>
    {
        ["Lower"] = new HashSet<string>(),
        ["Upper"] = new HashSet<string> { "Lower" },
    });

    private static readonly Lazy<IReadOnlyCollection<TypeUse>> PlantedUses = new(() =>
        [.. AssemblyUses.In(typeof(ArchitectureTests).Assembly.Location).Where(use => PlantedRules.FolderOf(use.UserNamespace) is not null)]);

    [Fact]
    public void Arrows_between_folders_go_down_only() =>
        AssertNone(Rules.Violations(Uses.Value), "Arrows go down only, as the table of docs/architecture.md says. Move the code, or pass what it needs in.");

    [Fact]
    public void The_table_names_exactly_the_folders_that_exist()
    {
        string[] folders = [.. Directory.GetDirectories(Repository.PathOf("src/Rubato")).Select(path => Path.GetFileName(path)!).Where(name => name is not ("bin" or "obj"))];
        Assert.Empty(folders.Except(Rules.MayUse.Keys));
        Assert.Contains("Training", Rules.MayUse.Keys);
    }

    [Fact]
    public void Doors_to_the_world_open_where_they_should_only() =>
        AssertNone(Door.All.SelectMany(door => door.Violations(Rules, Uses.Value)), "Doors to the world are narrow and passed in.");

    [Theory]
    [InlineData("InABody")]
    [InlineData("InALocal")]
    [InlineData("InATypeArgument")]
    [InlineData("InALambda")]
    [InlineData("InAnAsyncMethod")]
    [InlineData("InABase")]
    [InlineData("InAField")]
    [InlineData("InAConstraint")]
    [InlineData("InACatch")]
    [InlineData("InAnAttribute")]
    public void The_checker_finds_a_planted_arrow_upwards(string planted) =>
        Assert.Contains(PlantedRules.Violations(PlantedUses.Value), violation => violation.StartsWith($"Rubato.Tests.Architecture.Planted.Lower.{planted} ", StringComparison.Ordinal));

    [Fact]
    public void The_checker_calls_nothing_a_use_that_is_none() =>
        Assert.DoesNotContain(PlantedRules.Violations(PlantedUses.Value), violation => violation.Contains("Innocent", StringComparison.Ordinal));

    [Theory]
    [InlineData("the console", "System.Console")]
    [InlineData("the file system", "System.IO.File")]
    [InlineData("threads", "System.Threading.Tasks.Task.Run")]
    public void The_checker_finds_a_planted_open_door(string name, string target)
    {
        Door door = Door.All.Single(door => door.Name == name);
        Assert.Contains(door.Violations(PlantedRules, PlantedUses.Value), violation => violation.Contains(target, StringComparison.Ordinal));
    }

    internal static void AssertNone(IEnumerable<string> violations, string fix)
    {
        string[] found = [.. violations.Distinct().Order(StringComparer.Ordinal)];
        Assert.True(found.Length == 0, $"{fix}\n  {string.Join("\n  ", found)}");
    }
}
