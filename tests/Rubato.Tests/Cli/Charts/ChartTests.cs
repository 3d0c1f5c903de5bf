using System.Xml.Linq;
using Rubato.Charts;
using Rubato.Cli.Charts;
using Rubato.Tests.Architecture;

namespace Rubato.Tests.Cli.Charts;

public class ChartTests
{
    [Fact]
    public void Accuracy_of_two_runs_over_time() =>
        Snapshot.Verify(AccuracyChart.Of([SampleRuns.AllReduce, SampleRuns.Grouped]), "tests/Rubato.Tests/Cli/Charts/Expectations/accuracy.svg");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(12)]
    public void Any_number_of_points_is_well_formed_svg(int points)
    {
        (double, double)[] line = [.. Enumerable.Range(0, points).Select(i => ((double)i, i % 5 == 4 ? double.NaN : 0.5 * i))];
        var svg = XDocument.Parse(new LineChart("a < b & c", new Axis("x", line.Select(p => p.Item1), true), new Axis("y", line.Select(p => p.Item2), false),
            [new ChartSeries("<one>", line), new ChartSeries("two", line)]).ToSvg());
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(0.913, 0.972)]
    [InlineData(-3, 17_000)]
    [InlineData(96.1, 96.1)]
    [InlineData(1e-7, 3e-7)]
    public void Ticks_are_round_ascending_and_cover_the_data(double low, double high)
    {
        var axis = new Axis("x", [low, high], fromZero: false);
        Assert.True(axis.Low <= low && axis.High >= high, $"{axis.Low}..{axis.High} does not cover {low}..{high}");
        Assert.InRange(axis.Ticks.Count, 2, 14);
        Assert.Equal(axis.Ticks.Select(tick => tick.Value).Order(), axis.Ticks.Select(tick => tick.Value));
        Assert.Equal(axis.Ticks.Count, axis.Ticks.Select(tick => tick.Label).Distinct().Count());
        Assert.All(axis.Ticks, tick => Assert.Equal(tick.Value, double.Parse(tick.Label, System.Globalization.CultureInfo.InvariantCulture), 1e-12));
    }
}
