using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Configuration;
using Rubato.Simulation;
using Rubato.Training;

namespace Rubato.Tests.Training;

public class JobFileTests
{
    [Fact]
    public void Reading_a_written_job_gives_an_equal_job() => Prop.ForAll(RandomJobs.Arbitrary, job =>
    {
        string yaml = JobFile.ToYaml(job);
        RandomJobs.AssertSame(job, JobFile.Parse(yaml, "law"));
        Assert.Equal(yaml, JobFile.ToYaml(JobFile.Parse(yaml, "law")));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_flag_given_as_the_file_writes_it_gives_an_equal_job() => Prop.ForAll(RandomJobs.Arbitrary, job =>
    {
        TrainingJob applied = new();
        foreach (JobKey key in JobFile.Keys)
        {
            foreach (string text in key.Write(job)) applied = JobFile.Apply(applied, key.Name, text);
        }
        RandomJobs.AssertSame(job, applied);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_property_of_a_job_has_its_key()
    {
        var keys = JobFile.Keys.Select(key => key.Name is "straggler" or "fault" ? key.Name + "s" : key.Name);
        Assert.Equal(typeof(TrainingJob).GetProperties().Select(property => Kebab(property.Name)).Order(), keys.Order());
    }

    [Fact]
    public void A_job_is_written_as_the_flags_that_make_it()
    {
        var job = new TrainingJob { On = World.Simulation, Workers = 3, Seed = 9, ComputeTime = ComputeTime.Parse("20ms"), Faults = [Fault.Parse("crash:1@2s"), Fault.Parse("pause:0@1s+3s")] };

        string flags = JobFile.ToFlags(job);
        string[] words = flags.Split(' ');

        Assert.Equal("--workers 3 --on simulation --compute-time 20ms --fault crash:1@2s --fault pause:0@1s+3s --seed 9", flags);
        RandomJobs.AssertSame(job, words.Chunk(2).Aggregate(new TrainingJob(), (read, flag) => JobFile.Apply(read, flag[0][2..], flag[1])));
    }

    [Fact]
    public async Task A_report_repeats_its_run_to_the_bit()
    {
        using var folder = new TemporaryFolder();
        var job = new TrainingJob
        {
            On = World.Simulation,
            Workers = 3,
            Steps = 12,
            Strategy = Specification.Parse("async"),
            ComputeTime = ComputeTime.Parse("20ms:exponential:excess=1"),
            Stragglers = [Straggler.Parse("random:probability=0.2,factor=3")],
            Faults = [Fault.Parse("pause:1@50ms+100ms")],
            Output = folder.In("run"),
        };
        RunReport first = await new SimulatedCluster().RunAsync(job, null, CancellationToken.None);

        TrainingJob read = JobFile.Read(folder.In("run/report.json")) with { Output = folder.In("again") };
        RunReport again = await new SimulatedCluster().RunAsync(read, null, CancellationToken.None);

        Assert.Equal((first.ParametersSha256, first.TraceHash), (again.ParametersSha256, again.TraceHash));
    }

    [Theory]
    [InlineData("all-reduce")]
    [InlineData("async")]
    public async Task A_run_is_repeated_from_its_own_files_as_they_are_and_not_written_over(string strategy)
    {
        using var folder = new TemporaryFolder();
        TrainingJob job = new()
        {
            On = World.Simulation,
            Workers = 3,
            Steps = 12,
            Strategy = Specification.Parse(strategy),
            ComputeTime = ComputeTime.Parse("20ms:exponential:excess=1"),
            Output = folder.In("run"),
        };
        RunReport first = await new SimulatedCluster().RunAsync(job, null, CancellationToken.None);
        Dictionary<string, string> before = TestRuns.ContentsOf(folder.In("run"));

        foreach (string file in (string[])["run/job.yaml", "run/report.json"])
        {
            TrainingJob read = JobFile.Read(folder.In(file));
            Assert.Null(read.Output);
            RunReport again = await new SimulatedCluster().RunAsync(read, null, CancellationToken.None);
            Assert.Equal((first.ParametersSha256, first.TraceHash), (again.ParametersSha256, again.TraceHash));
        }
        Assert.Equal(before, TestRuns.ContentsOf(folder.In("run")));
    }

    [Fact]
    public void Any_other_output_of_a_job_file_is_taken()
    {
        using var folder = new TemporaryFolder();
        // The folder is there, but no run is in it yet.
        File.WriteAllText(folder.In("job.yaml"), $"output: {folder.Path}/\n");
        Assert.Equal($"{folder.Path}/", JobFile.Read(folder.In("job.yaml")).Output);

        File.WriteAllText(folder.In("report.json"), "");
        Assert.Null(JobFile.Read(folder.In("job.yaml")).Output);
        File.WriteAllText(folder.In("job.yaml"), $"output: {folder.In("again")}\n");
        Assert.Equal(folder.In("again"), JobFile.Read(folder.In("job.yaml")).Output);
    }

    [Fact]
    public void A_file_is_read_over_the_default_job()
    {
        TrainingJob job = JobFile.Parse("""
            # two stragglers
            workers: 4
            strategy: ssp:bound=8
            straggler:
              - 3:4
              - random:probability=0.1,factor=5
            network: latency=1ms,bandwidth=1Gbit
            epochs:
            """, "job.yaml");
        Assert.Equal(4, job.Workers);
        Assert.Equal("8", job.Strategy.Options["bound"]);
        Assert.Equal([new Straggler.Fixed(3) { Factor = 4 }, new Straggler.Random { Probability = 0.1, Factor = 5 }], job.Stragglers);
        Assert.Equal(new NetworkShape(TimeSpan.FromMilliseconds(1), 1e9), job.Network);
        Assert.Null(job.Epochs);
        Assert.Equal(new TrainingJob().BatchSize, job.BatchSize);
        Assert.Equal(new TrainingJob(), JobFile.Parse("", "job.yaml"));
        Assert.Equal(new TrainingJob(), JobFile.Parse("# nothing\n", "job.yaml"));
    }

    [Fact]
    public void A_fault_is_written_as_it_is_read()
    {
        string yaml = JobFile.ToYaml(new TrainingJob { Faults = [Fault.Parse("pause:2@100ms+300ms")] });
        Assert.Contains("\n  - pause:2@100ms+300ms\n", yaml, StringComparison.Ordinal);
        Assert.Equal("pause:2@100ms+300ms", Assert.Single(JobFile.Parse(yaml, "job.yaml").Faults).ToString());
    }

    [Theory]
    [InlineData("{}", "It has no 'staleness'.")]
    [InlineData("[]", "It is no JSON object where 'staleness' was due.")]
    [InlineData("{\"staleness\": 1, \"sample_account\": 2, \"bytes_to_target\": null}", "It has no 'job'.")]
    public void Json_that_is_no_report_is_told_what_it_lacks(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.In("r.json"), json);
        string message = Assert.Throws<InvalidRequestException>(() => JobFile.Read(folder.In("r.json"))).Message;
        Assert.Equal($"'{folder.In("r.json")}' is no run report: {expected} Name the report.json of a finished run.", message);
    }

    [Fact]
    public void A_folder_is_told_from_a_job_file()
    {
        using var folder = new TemporaryFolder();
        string message = Assert.Throws<InvalidRequestException>(() => JobFile.Read(folder.Path)).Message;
        Assert.Contains($"'{folder.Path}' is a folder. Name a file", message, StringComparison.Ordinal);
        Assert.Contains($"--resume {folder.Path}.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# workers: 4\n\n")]
    [InlineData("---\n")]
    [InlineData("{}")]
    public void A_file_without_a_key_is_refused(string yaml)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.In("job.yaml"), yaml);
        string message = Assert.Throws<InvalidRequestException>(() => JobFile.Read(folder.In("job.yaml"))).Message;
        Assert.Contains($"'{folder.In("job.yaml")}' is empty. Write one 'key: value' a line", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("workers: 4\nbatchsize: 3", "no key 'batchsize'", "Did you mean 'batch-size'?", "line 2")]
    [InlineData("workers: 0", "0 workers", "1 to 65536", "line 1")]
    [InlineData("workers: many", "'many'", "whole number", "line 1")]
    [InlineData("\n\nseed: -1", "'-1'", "from 0", "line 3")]
    [InlineData("epochs: .nan", "'.nan'", "number", "line 1")]
    [InlineData("epochs: 0", "0 epochs", "above 0", "line 1")]
    [InlineData("tls: yes", "'yes'", "true or false", "line 1")]
    [InlineData("on: thread", "'thread'", "Did you mean 'threads'?", "line 1")]
    [InlineData("workers:", "no value", "workers: N", "line 1")]
    [InlineData("workers: 1\nworkers: 2", "lines 1 and 2", "Keep one", "line 2")]
    [InlineData("workers: [1]", "list", "workers: N", "line 1")]
    [InlineData("strategy: {name: ssp}", "block of keys", "on one line", "line 1")]
    [InlineData("straggler: 3:0.5", "0.5", "smallest is 1", "line 1")]
    [InlineData("straggler: [random:probability=0.1,factor=5]", "needs both numbers", "random:probability=0.1,factor=5", "line 1")]
    [InlineData("- 1\n- 2", "not a list of keys", "key: value", "line 1")]
    [InlineData("workers: 'x", "job.yaml", "key: value", "line 1")]
    [InlineData("strategy: ssp:bound", "'bound'", "bound=VALUE", "line 1")]
    public void A_wrong_line_is_named_with_value_limit_and_fix(string yaml, params string[] parts)
    {
        string message = Assert.Throws<InvalidRequestException>(() => JobFile.Parse(yaml, "job.yaml")).Message;
        Assert.All(parts, part => Assert.Contains(part, message));
        Assert.Contains("job.yaml", message);
    }

    [Theory]
    [InlineData("compute-time", "20", "20ms")]
    [InlineData("compute-time", "0.5", "has no unit; us, ms and s are known. Write 0.5ms, for example.")]
    [InlineData("compute-time", "20ms/epoch", "'20ms/epoch' is that of neither a step nor a sample. Write 20ms for a step or 1ms/sample, for example.")]
    [InlineData("compute-time", "fast", "'fast' is no time; it must be a number from 0 with unit us, ms or s. Write 20ms, for example.")]
    [InlineData("compute-time", "20ms:norml", "Did you mean 'normal'?")]
    [InlineData("compute-time", "-3ms", "from 0")]
    [InlineData("compute-time", "99999999999999999999s", "no time")]
    [InlineData("speeds", "2x8,6", "2x8,6x1")]
    [InlineData("collectives", "formulas", "Did you mean 'formula'?")]
    [InlineData("fault", "crash:3", "crash:3@2s")]
    [InlineData("network", "latency=1ms,bandwith=1Gbit", "Did you mean 'bandwidth'?")]
    [InlineData("network", "bandwidth=0Gbit", "above 0")]
    [InlineData("network", "bandwidth=1GB", "Gbit")]
    [InlineData("straggler", "3", "RANK:FACTOR")]
    [InlineData("straggler", "-1:4", "RANK:FACTOR")]
    [InlineData("straggler", "3:nan", "smallest is 1")]
    [InlineData("straggler", "random:probability=2,factor=5", "from 0 to 1")]
    [InlineData("straggler", "random:propability=0.2,factor=5", "Did you mean 'probability'?")]
    [InlineData("straggler", "random:probability=0.2", "both numbers")]
    [InlineData("target-accuracy", "95", "Use --target-accuracy 0.95")]
    [InlineData("dataset", " ", "empty")]
    public void A_wrong_flag_names_the_fix(string key, string text, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidRequestException>(() => JobFile.Apply(new TrainingJob(), key, text)).Message);

    [Fact]
    public void None_takes_values_away_that_a_file_gave()
    {
        TrainingJob job = JobFile.Parse("straggler: 3:4\nepochs: 5\nnetwork: latency=1ms\noutput: here", "job.yaml");
        foreach (string key in (string[])["straggler", "epochs", "network"]) job = JobFile.Apply(job, key, "none");
        Assert.Equal(new TrainingJob(), JobFile.Apply(job, "output", "") with { Stragglers = new TrainingJob().Stragglers });
        Assert.Empty(job.Stragglers);
    }

    [Theory]
    [InlineData("20ms", "20ms")]
    [InlineData("500us/sample", "500us/sample")]
    [InlineData("20ms:log-normal:sigma=0.1", "20ms:log-normal:sigma=0.1")]
    [InlineData("0.5ms/sample:markov:slow=2,fast=10", "500us/sample:markov:fast=10,slow=2")]
    [InlineData("0.1ms", "100us")]
    [InlineData("0.5us", "0.5us")]
    [InlineData("1500ms", "1500ms")]
    [InlineData("2000ms", "2s")]
    [InlineData("0", "0ms")]
    public void Times_are_written_in_one_form(string text, string canonical) => Assert.Equal(canonical, ComputeTime.Parse(text).ToString());

    [Theory]
    [InlineData("bandwidth=1000Mbit", "latency=0ms,bandwidth=1Gbit")]
    [InlineData("latency=500us,bandwidth=56kbit", "latency=500us,bandwidth=56kbit")]
    public void Networks_are_written_in_one_form(string text, string canonical) => Assert.Equal(canonical, NetworkShape.Parse(text).ToString());

    private static string Kebab(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name) text.Append(char.IsUpper(c) && text.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(c));
        return text.ToString();
    }
}
