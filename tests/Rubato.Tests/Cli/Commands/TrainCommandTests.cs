using System.Text.Json;
using Rubato.Configuration;
using Rubato.Tests.Architecture;
using Rubato.Training;

namespace Rubato.Tests.Cli.Commands;

public class TrainCommandTests
{
    private readonly CommandLine _line = new();

    [Fact]
    public async Task Without_a_job_it_contrasts_the_showcase_with_full_synchrony()
    {
        Assert.Equal(0, await _line.RunAsync("train"));
        Assert.Equal(["all-reduce", "grouped:groups=4"], _line.Jobs.Select(job => job.Strategy.ToString()));
        Assert.All(_line.Jobs, job => Assert.Equal(TimeSpan.FromMilliseconds(20), job.ComputeTime.Base));
        Assert.Equal(_line.Jobs[0] with { Strategy = _line.Jobs[1].Strategy }, _line.Jobs[1]);
        Snapshot.Verify(_line.Output, "tests/Rubato.Tests/Cli/Commands/Expectations/train.txt");
        Snapshot.Verify(_line.Error, "tests/Rubato.Tests/Cli/Commands/Expectations/train-progress.txt");
    }

    [Fact]
    public async Task With_a_job_it_runs_that_job_alone()
    {
        Assert.Equal(0, await _line.RunAsync("train --workers 3 --strategy async --epochs 2 --straggler 1:2 --straggler 2:3 --tls"));
        TrainingJob job = Assert.Single(_line.Jobs);
        Assert.Equal((3, "async", 2, true), (job.Workers, job.Strategy.ToString(), job.Epochs, job.Tls));
        Assert.Equal([2, 3], job.Stragglers.Select(straggler => straggler.Factor));
        Assert.Equal(ComputeTime.Unpaced, job.ComputeTime);
    }

    [Fact]
    public async Task Flags_override_the_file()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "workers: 5\nstrategy: ssp:bound=3\nstraggler:\n  - 0:2\n  - 1:2\nseed: 9\n");
            Assert.Equal(0, await _line.RunAsync(["train", "--job", file, "--workers", "6", "--straggler", "4:8"]));
            TrainingJob job = Assert.Single(_line.Jobs);
            Assert.Equal((6, "ssp:bound=3", 9ul), (job.Workers, job.Strategy.ToString(), job.Seed));
            Assert.Equal(8, Assert.Single(job.Stragglers).Factor);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_printed_job_reads_back_as_the_same_job_and_nothing_runs()
    {
        Assert.Equal(0, await _line.RunAsync("train --print-job --workers 4 --straggler random:probability=0.1,factor=5 --network latency=1ms,bandwidth=1Gbit"));
        Assert.Empty(_line.Jobs);
        TrainingJob read = JobFile.Parse(_line.Output, "printed job");
        Assert.Equal(_line.Output, JobFile.ToYaml(read));
        Assert.Equal(4, read.Workers);
    }

    [Theory]
    [InlineData("train --print-job --strategy grouped:grups=1", "groups")]
    [InlineData("train --print-job --workers 4 --baseline asinc", "async")]
    [InlineData("train --print-job --json --workers 4", "--json")]
    public async Task A_wrong_job_is_refused_rather_than_printed(string line, string hint)
    {
        Assert.Equal(2, await _line.RunAsync(line));
        Assert.Contains(hint, _line.Error, StringComparison.Ordinal);
        Assert.Empty(_line.Output);
    }

    [Fact]
    public async Task The_printed_job_names_the_budget_that_would_end_it()
    {
        Assert.Equal(0, await _line.RunAsync("train --print-job --workers 2"));
        Assert.Equal(12, JobFile.Parse(_line.Output, "printed job").Epochs);
    }

    [Fact]
    public async Task Json_is_the_last_line_of_standard_output_and_holds_the_baseline()
    {
        Assert.Equal(0, await _line.RunAsync("train --json --baseline async --workers 8 --strategy grouped:groups=4"));
        string last = _line.Output.TrimEnd('\n').Split('\n')[^1];
        using var json = JsonDocument.Parse(last);
        Assert.Equal("grouped:groups=4", json.RootElement.GetProperty("strategy").GetString());
        Assert.Equal("async", json.RootElement.GetProperty("baseline").GetProperty("strategy").GetString());
        foreach (string field in "strategy, compressor, workers, servers, on, dataset, model, seed, steps, samples, epochs, train_seconds, wall_seconds, train_loss, test_loss, test_accuracy, target_accuracy, seconds_to_target, bytes_to_target, bytes_sent, messages_sent, staleness, wait_fraction, parameters_sha256".Split(", "))
            Assert.True(json.RootElement.TryGetProperty(field, out _), $"{field} is absent");
    }

    [Fact]
    public async Task Quiet_json_is_all_there_is()
    {
        Assert.Equal(0, await _line.RunAsync("train --quiet --json --workers 8"));
        Assert.Equal("", _line.Error);
        Assert.Single(_line.Output.TrimEnd('\n').Split('\n'));
        Assert.Contains("\"baseline\":null", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_was_not_reached_is_exit_code_3() =>
        Assert.Equal(3, await _line.RunAsync("train --target-accuracy 0.99 --epochs 1"));

    [Fact]
    public async Task A_resumed_run_is_the_job_of_its_folder_with_flags_over_it_and_without_a_baseline()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "job.yaml"), "workers: 3\nstrategy: async\nepochs: 4\noutput: elsewhere\n");
            Assert.Equal(0, await _line.RunAsync(["train", "--resume", folder, "--epochs", "8"]));
            TrainingJob job = Assert.Single(_line.Jobs);
            Assert.Equal((3, "async", 8, folder, folder), (job.Workers, job.Strategy.ToString(), job.Epochs, job.Resume, job.Output));

            Assert.Equal(2, await _line.RunAsync(["train", "--resume", folder, "--baseline", "all-reduce"]));
            Assert.Contains("Leave out --resume or --baseline", _line.Error, StringComparison.Ordinal);
            Assert.Single(_line.Jobs);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_run_from_one_checkpoint_of_a_folder_is_its_job_without_the_folder()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "job.yaml"), $"workers: 3\noutput: {folder}\n");
            string checkpoint = Path.Combine(folder, "checkpoints", "step-000000004");
            Assert.Equal(0, await _line.RunAsync(["train", "--resume", checkpoint]));
            TrainingJob job = Assert.Single(_line.Jobs);
            Assert.Equal((3, checkpoint, null), (job.Workers, job.Resume, job.Output));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Without_a_run_directory_there_is_nothing_to_resume()
    {
        Assert.Equal(2, await _line.RunAsync("train --resume not-a-run"));
        Assert.Empty(_line.Jobs);
        Assert.Contains("'not-a-run' is no run directory", _line.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train --wrokers 4", "'train' has no flag '--wrokers'. Did you mean '--workers'?")]
    [InlineData("train --epochs", "The flag '--epochs' has no value. Write --epochs E.")]
    [InlineData("train --epochs 1 --epochs 2", "The flag '--epochs' stands 2 times")]
    [InlineData("train --epochs --jsno", "'train' has no flag '--jsno'. Did you mean '--json'?")]
    [InlineData("data fetch --jsno", "See 'rubato data fetch --help'.")]
    [InlineData("train workers=4", "Values follow their flag")]
    [InlineData("trian", "There is no command 'trian'. Did you mean 'train'?")]
    [InlineData("train --workers 0", "The job asks for 0 workers, but 1 to 65536 are possible.")]
    [InlineData("train --workers many", "is 'many', which is not a whole number")]
    [InlineData("train --on mars", "There is no world 'mars'.")]
    [InlineData("train --strategy :groups=4", "has no name")]
    [InlineData("train --job no/such/file.yaml", "no/such/file.yaml")]
    public async Task A_wrong_request_is_exit_code_2_and_one_message(string arguments, string message)
    {
        Assert.Equal(2, await _line.RunAsync(arguments));
        Assert.Contains(message, _line.Error, StringComparison.Ordinal);
        Assert.Single(_line.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal("", _line.Output);
        Assert.Empty(_line.Jobs);
    }

    public static TheoryData<string, int> Failures => new()
    {
        { "request", 2 }, { "run", 1 }, { "disk", 1 }, { "defect", 1 }, { "several", 2 },
    };

    [Theory, MemberData(nameof(Failures))]
    public async Task A_failure_is_one_message_without_a_stack_trace(string kind, int code)
    {
        Exception failure = kind switch
        {
            "request" => new InvalidRequestException("The port is busy."),
            "run" => new RunFailedException("Rank 3 failed.", new IOException("inner")),
            "disk" => new IOException("No space left on device."),
            "several" => new AggregateException(new InvalidRequestException("The port is busy.")),
            _ => new InvalidOperationException("What was never to be."),
        };
        var line = new CommandLine { Answer = (_, _) => Task.FromException<RunReport>(failure) };
        Assert.Equal(code, await line.RunAsync("train --quiet --workers 2"));
        Assert.Single(line.Error.TrimEnd('\n').Split('\n'));
        Assert.DoesNotContain("   at ", line.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_waits_for_the_clusters_clean_end()
    {
        using var interruption = new CancellationTokenSource();
        bool ended = false;
        var line = new CommandLine
        {
            Answer = async (_, cancellation) =>
            {
                await interruption.CancelAsync();
                await Task.Yield();
                ended = true;
                cancellation.ThrowIfCancellationRequested();
                return SampleRuns.Grouped;
            },
        };
        Assert.Equal(1, await line.RunAsync("train --quiet --workers 2", interruption.Token));
        Assert.True(ended);
        Assert.Contains("Interrupted", line.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_of_train_names_every_key_of_the_job_file()
    {
        Assert.Equal(0, await _line.RunAsync("train --help"));
        Assert.All(JobFile.Keys, key => Assert.Contains($"--{key.Name}", _line.Output, StringComparison.Ordinal));
        Assert.Contains("(default 16)", _line.Output, StringComparison.Ordinal);
        Assert.Contains("crash:RANK@TIME|restart:…|pause:…", _line.Output, StringComparison.Ordinal);
        Assert.Contains("random in place of RANK", _line.Output, StringComparison.Ordinal);
        Assert.Equal(0, await _line.RunAsync(""));
        Assert.Contains("compare", _line.Output, StringComparison.Ordinal);
        Assert.All(_line.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }
}
