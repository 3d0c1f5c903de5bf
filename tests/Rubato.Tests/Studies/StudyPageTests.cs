using System.Text.Json;
using System.Xml.Linq;
using Rubato.Configuration;
using Rubato.Studies;
using Rubato.Training;

namespace Rubato.Tests.Studies;

public class StudyPageTests
{
    private static readonly StudyResult Result = new(
        new Study("small", "A & B, \"On < and >\", 2020", "less is more", _ => Task.CompletedTask), 3,
        [new StudyRun(new TrainingJob { Workers = 2, Strategy = Specification.Parse("async") }, null, "The training diverged.")],
        [new StudyBar("time over <all>", "1.2 or less", "1.1", true), new StudyBar("accuracy", "0.9 or more", "0.8", false)],
        [new StudyTable("Seconds", ["strategy", "time"], [["all-reduce", "1.2"], ["async", "0.9"]])],
        ["<svg xmlns=\"http://www.w3.org/2000/svg\"><title>time</title></svg>"],
        ["Why it fails: <unknown>."]);

    [Fact]
    public void The_page_is_well_formed_stands_alone_and_says_everything()
    {
        string page = StudyPage.Of(Result);

        // Tags that HTML leaves open are the only ones that XML would not read.
        string xml = page.Replace("<!doctype html>", "", StringComparison.Ordinal).Replace("utf-8\">", "utf-8\"/>", StringComparison.Ordinal)
            .Replace("initial-scale=1\">", "initial-scale=1\"/>", StringComparison.Ordinal);
        string text = XDocument.Parse(xml).Root!.Value;
        foreach (string said in (string[])["A & B, \"On < and >\", 2020", "less is more", "time over <all>", "1 of 2 bars hold", "fails", "all-reduce", "Why it fails: <unknown>.", "3 seeds"])
            Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_document_holds_bars_and_runs_and_the_flags_of_those_that_diverged()
    {
        using var document = JsonDocument.Parse(StudyResultJson.ToJson(Result, indented: false));
        JsonElement root = document.RootElement;

        Assert.False(root.GetProperty("holds").GetBoolean());
        Assert.Equal(["1.1", "0.8"], root.GetProperty("bars").EnumerateArray().Select(bar => bar.GetProperty("figure").GetString()));
        JsonElement run = Assert.Single(root.GetProperty("runs").EnumerateArray());
        Assert.Contains("--strategy async", run.GetProperty("flags").GetString(), StringComparison.Ordinal);
        Assert.Equal("The training diverged.", run.GetProperty("failure").GetString());
    }

    [Fact]
    public void A_study_that_is_not_there_gets_the_nearest() =>
        Assert.Contains("Did you mean 'backup-workers'?", Assert.Throws<InvalidRequestException>(() => StudyCatalog.Find("backup-worker")).Message, StringComparison.Ordinal);
}
