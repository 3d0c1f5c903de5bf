using System.Xml.Linq;
using Rubato.Charts;
using Rubato.Tests.Architecture;

namespace Rubato.Tests.Charts;

public sealed class TimelineTests
{
    private static readonly TimelineKind[] Kinds = [new("work", "#2a4fa8", "#4f7be0"), new("rest & play", "#d8dee4", "#2a313c"), new("never", "#f00", "#f00")];

    [Fact]
    public void A_small_timeline_looks_as_it_did()
    {
        var timeline = new Timeline("two <ranks>", "the first 2 of 5 s", Kinds, ["share", "caused"],
        [
            new("worker 0", [new(0, 1, 0), new(1, 2, 1)], ["50 %", "0.0 s"], StandsOut: false),
            new("worker 1", [new(0, 5, 0)], ["100 %", "1.0 s"], StandsOut: true),
            new("server 0", [], [], StandsOut: false),
        ], seconds: 2);

        Snapshot.Verify(timeline.ToSvg(), "tests/Rubato.Tests/Charts/Expectations/timeline.svg");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(8, 10)]
    [InlineData(13, 1000)]
    [InlineData(64, 20_000)]
    public void Whatever_the_number_of_stretches_the_document_is_whole_and_below_a_megabyte(int rows, int stretches)
    {
        var timeline = new Timeline("many", "", Kinds, ["a", "b", "c"],
        [
            .. Enumerable.Range(0, rows).Select(row => new TimelineRow($"worker {row}",
                [.. Enumerable.Range(0, stretches).Select(i => new TimelineStretch(i * 10.0 / stretches, (i + 1) * 10.0 / stretches, i % 2))], [], false)),
        ], seconds: 10);

        string svg = timeline.ToSvg();

        Assert.True(svg.Length < 1_000_000, $"{svg.Length} characters");
        XElement root = XDocument.Parse(svg).Root!;
        Assert.Equal(rows, root.Elements().Count(element => element.Name.LocalName == "g"));
        Assert.DoesNotContain("never", root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_has_the_kind_that_fills_the_most_of_it()
    {
        TimelineStretch[] stretches = [new(0, 0.4, 0), new(0.4, 1, 1), new(1, 1.9, 0), new(1.9, 3, 1), new(9, 12, 0)];

        var raster = new TimelineRaster(stretches, cells: 10, kinds: 2, seconds: 10);

        Assert.Equal("m1 0h1m7 0h1", raster.PathOf(0));
        Assert.Equal("m0 0h1m1 0h1", raster.PathOf(1));
    }
}
