using System.Text;
using Rubato.Configuration;
using Rubato.Models;
using Rubato.Numerics;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1009)]
    public void What_is_saved_is_loaded_to_the_bit(int length)
    {
        RunDirectory directory = NewRun();
        Checkpoint saved = Make(step: 12, length);
        directory.SaveCheckpoint(saved);
        AssertSame(saved, directory.LoadLastCheckpoint());
    }

    [Fact]
    public void A_layout_gives_the_model_file_a_tensor_for_each_block()
    {
        RunDirectory directory = NewRun();
        var layout = new ParameterLayout([new("0.weight", 0, [3, 2]), new("0.bias", 6, [3])]);
        Checkpoint saved = Make(step: 1, length: 9) with { Layout = layout };
        directory.SaveCheckpoint(saved);
        AssertSame(saved, directory.LoadLastCheckpoint());
        string file = Assert.Single(Directory.GetFiles(_folder.Path, "model.safetensors", SearchOption.AllDirectories));
        Assert.Equal(["0.weight", "0.bias"], SafeTensorsFile.Read(file).Tensors.Select(tensor => tensor.Name));
        Assert.Equal([3, 2], SafeTensorsFile.Read(file).Tensors[0].Shape);
    }

    [Fact]
    public void The_last_two_checkpoints_are_kept()
    {
        RunDirectory directory = NewRun();
        foreach (long step in (long[])[10, 20, 30, 30]) directory.SaveCheckpoint(Make(step, 4));
        Assert.Equal(["step-000000030", "step-000000030.1"],
            Directory.GetDirectories(_folder.In("run/checkpoints")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Wherever_a_write_fails_a_whole_checkpoint_is_the_last(bool isCrash)
    {
        Checkpoint first = Make(10, 33), second = Make(20, 33), third = Make(30, 33);
        NewRun().SaveCheckpoint(first);
        int failures = 0;
        for (int operations = 0; ; operations++)
        {
            var store = new FailingFileStore(operations, isCrash);
            string? error = Record.Exception(() => RunDirectory.Open(_folder.In("run"), store).SaveCheckpoint(second)) is { } failure
                ? Assert.IsType<RunFailedException>(failure).Message
                : null;
            Assert.Equal(store.HasFailed, error is not null);

            Checkpoint last = RunDirectory.Open(_folder.In("run")).LoadLastCheckpoint();
            if (error is null)
            {
                AssertSame(second, last);
                break;
            }
            failures++;
            Assert.Contains("No space left on device", error);
            Assert.Contains("--resume", error);
            AssertSame(last.Step == 10 ? first : second, last);
            if (last.Step == 20) second = second with { NextBatch = second.NextBatch + 1 };   // tell this try's from the next one's
        }
        Assert.True(failures > 10, $"Only {failures} places could fail.");

        // What crashes left behind is gone after the next save.
        RunDirectory.Open(_folder.In("run")).SaveCheckpoint(third);
        Assert.Equal(2, Directory.GetDirectories(_folder.In("run/checkpoints")).Length);
        Assert.Empty(Directory.GetFiles(_folder.In("run/checkpoints"), "*.tmp"));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_by_name_and_offset()
    {
        string path = Damageable(out _);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += length < 24 ? 1 : 13)
        {
            File.WriteAllBytes(path, whole[..length]);
            string message = Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(path)).Message;
            Assert.Contains(path, message);
            Assert.Contains($"of {length}", message);
        }
        File.WriteAllBytes(path, [.. whole, 0]);
        Assert.Contains("1 bytes follow", Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(path)).Message);
    }

    [Fact]
    public void A_flipped_bit_in_the_data_is_noticed_and_the_tensor_named()
    {
        string path = Damageable(out RunDirectory directory);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^2] ^= 4;
        File.WriteAllBytes(path, bytes);
        string message = Assert.Throws<InvalidRequestException>(directory.LoadLastCheckpoint).Message;
        Assert.Contains(path, message);
        Assert.Contains("tensor 'parameters'", message);
    }

    [Fact]
    public void Any_flipped_bit_ends_in_a_clear_error_or_in_the_same_checkpoint()
    {
        string path = Damageable(out RunDirectory directory);
        byte[] whole = File.ReadAllBytes(path);
        Checkpoint intact = directory.LoadLastCheckpoint();
        var random = RandomStream.Create(5, "damage");
        for (int trial = 0; trial < 300; trial++)
        {
            byte[] damaged = [.. whole];
            damaged[random.NextInt32(whole.Length)] ^= (byte)(1 << random.NextInt32(8));
            File.WriteAllBytes(path, damaged);
            Exception? error = Record.Exception(() => AssertSame(intact, directory.LoadLastCheckpoint()));
            if (error is not null) Assert.Contains(path, Assert.IsType<InvalidRequestException>(error).Message);
        }
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(99_000_000)]
    public void A_lying_header_length_is_refused_before_it_is_believed(long length)
    {
        string path = _folder.In("lying.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(length), .. "{}"u8]);
        Assert.Contains("at byte 0", Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(path)).Message);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1000000000,1000000000,4],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4000000000]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""")]
    [InlineData("""{"a":[]}""")]
    [InlineData("""[1]""")]
    [InlineData("""{"a":""")]
    public void A_lying_header_is_refused_by_name(string header)
    {
        string path = _folder.In("lying.safetensors");
        byte[] bytes = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, 0, 0, 0, 0]);
        Assert.Contains($"'{path}' is damaged at byte", Assert.Throws<InvalidDataException>(() => SafeTensorsFile.Read(path)).Message);
    }

    [Fact]
    public void A_damaged_last_checkpoint_is_never_passed_over_in_silence()
    {
        RunDirectory directory = NewRun();
        directory.SaveCheckpoint(Make(10, 5));
        directory.SaveCheckpoint(Make(20, 5));
        File.WriteAllText(_folder.In("run/checkpoints/step-000000020/states.safetensors"), "");
        string message = Assert.Throws<InvalidRequestException>(directory.LoadLastCheckpoint).Message;
        Assert.Contains("'step-000000010' is whole: write step-000000010 into", message);

        File.WriteAllText(_folder.In("run/checkpoints/latest"), "step-000000010");
        Assert.Equal(10, directory.LoadLastCheckpoint().Step);
    }

    [Fact]
    public void A_run_without_checkpoint_says_so() =>
        Assert.Contains("no checkpoint", Assert.Throws<InvalidRequestException>(NewRun().LoadLastCheckpoint).Message);

    private RunDirectory NewRun()
    {
        RunDirectory directory = RunDirectory.Create(_folder.In("run"));
        directory.WriteJob(new TrainingJob());
        return directory;
    }

    private string Damageable(out RunDirectory directory)
    {
        directory = NewRun();
        directory.SaveCheckpoint(Make(7, 31));
        return _folder.In("run/checkpoints/step-000000007/model.safetensors");
    }

    private static Checkpoint Make(long step, int length)
    {
        var random = RandomStream.Create(1, "checkpoint", step);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
        return new Checkpoint
        {
            Step = step,
            SamplesApplied = step * 128,
            NextBatch = step * 8 + 3,
            ClusterSeconds = step / 3.0,
            Model = Draw(length),
            States = new Dictionary<string, StateSnapshot>
            {
                ["worker-0"] = new([new("optimizer/momentum", Draw(length), 0), new("count", null, -step)]),
                ["worker-1"] = new([]),
                ["conductor"] = new([new("handed-out", null, long.MaxValue)]),
            },
        };
    }

    private static void AssertSame(Checkpoint expected, Checkpoint actual)
    {
        Assert.Equal(
            (expected.Step, expected.SamplesApplied, expected.NextBatch, expected.ClusterSeconds),
            (actual.Step, actual.SamplesApplied, actual.NextBatch, actual.ClusterSeconds));
        Assert.Equal(expected.Model, actual.Model);
        Assert.Equal(expected.States.Keys.Order(), actual.States.Keys.Order());
        foreach ((string name, StateSnapshot state) in expected.States)
        {
            Assert.Null(state.FirstDifference(actual.States[name]));
            Assert.Equal(state.Sha256, actual.States[name].Sha256);
        }
    }
}
