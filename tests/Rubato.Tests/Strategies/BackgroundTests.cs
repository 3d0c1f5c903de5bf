using System.Text.Json;
using Rubato.Configuration;
using Rubato.Tests.Training;
using Rubato.Training;

namespace Rubato.Tests.Strategies;

/// <summary>What is meant to happen beside the computation is seen there in the trace of a run.</summary>
public class BackgroundTests
{
    [Theory]
    [InlineData("overlap-local-sgd:period=2")]
    [InlineData("cocod-sgd:period=2")]
    [InlineData("ad-psgd")]
    [InlineData("shadowsync")]
    [InlineData("shadowsync:core=ma,threads=2")]
    public async Task A_stretch_in_the_background_lies_beside_a_computation_of_the_same_worker(string strategy)
    {
        using var folder = new TemporaryFolder();
        await new SimulatedCluster().RunAsync(
            new TrainingJob
            {
                On = World.Simulation,
                Workers = 3,
                Steps = 12,
                Strategy = Specification.Parse(strategy),
                Model = Specification.Parse("logistic"),
                ComputeTime = ComputeTime.Parse("20ms"),
                Network = NetworkShape.Parse("latency=5ms"),
                Output = folder.In("run"),
            },
            null, CancellationToken.None);

        using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(folder.In("run/trace.json")));
        (string Worker, double Start, double End)[] background = SpansOf(trace, "background"), computing = SpansOf(trace, "compute");
        Assert.Contains(background, beside => computing.Any(span => span.Worker == beside.Worker && span.Start < beside.End && beside.Start < span.End));
    }

    private static (string Worker, double Start, double End)[] SpansOf(JsonDocument trace, string phase)
    {
        JsonElement[] events = [.. trace.RootElement.GetProperty("traceEvents").EnumerateArray()];
        // A worker has several rows: "worker 0", "worker 0, sync".
        var workers = events.Where(item => item.GetProperty("name").GetString() == "thread_name").ToDictionary(
            item => item.GetProperty("tid").GetInt32(), item => item.GetProperty("args").GetProperty("name").GetString()!.Split(',')[0]);
        return [.. events.Where(item => item.GetProperty("name").GetString() == phase && item.GetProperty("dur").GetDouble() > 0).Select(span =>
        {
            double start = span.GetProperty("ts").GetDouble();
            return (workers[span.GetProperty("tid").GetInt32()], start, start + span.GetProperty("dur").GetDouble());
        })];
    }
}
