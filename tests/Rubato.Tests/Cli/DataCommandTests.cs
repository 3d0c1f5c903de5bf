using System.CommandLine;
using System.Security.Cryptography;
using Rubato.Cli;
using Rubato.Cli.Commands;
using Rubato.Configuration;
using Rubato.Data;
using Rubato.Tests.Data;
using Fault = Rubato.Tests.Data.FaultyServer.Fault;

namespace Rubato.Tests.Cli;

public sealed class DataCommandTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 31 >> 3))];

    private readonly string _folder = Directory.CreateTempSubdirectory("rubato-data-command-").FullName;
    private readonly StringWriter _output = new(), _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Fetching_shows_plain_lines_on_standard_error_and_the_result_on_standard_output()
    {
        await using var server = new FaultyServer(Content, Fault.CutsHalfway, Fault.None);

        Assert.Equal(0, await RunAsync(server.Address, "fetch", "set", "--data-dir", _folder));

        Assert.Equal($"set is ready in {_folder}.\n", _output.ToString());
        Assert.StartsWith("set: some credit\n", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("file.gz: going on at byte 100000 (0.1 MB of 0.2 MB)\n", _error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("file.gz: fetched and verified (0.2 MB of 0.2 MB)\n", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(_folder, "set", "file.gz")));
    }

    [Fact]
    public async Task Verifying_ends_in_zero_for_intact_and_one_for_damaged_or_missing_files()
    {
        var nobody = new Uri("http://127.0.0.1/file.gz");
        string path = Path.Combine(_folder, "file.gz");

        Assert.Equal(0, await RunAsync(nobody, "verify", "--data-dir", _folder));
        Assert.Contains("No data set lies in", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await RunAsync(nobody, "verify", "set", "--data-dir", _folder));
        File.WriteAllBytes(path, Content);
        Assert.Equal(0, await RunAsync(nobody, "verify", "set", "--data-dir", _folder));
        Assert.EndsWith($"set  intact   {path}\n", _output.ToString(), StringComparison.Ordinal);
        File.WriteAllBytes(path, Content[1..]);
        Assert.Equal(1, await RunAsync(nobody, "verify", "--data-dir", _folder));
        Assert.EndsWith($"set  damaged  {path}\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_sets_file_of_the_same_name_is_not_called_damaged_unasked()
    {
        string path = Path.Combine(_folder, "file.gz");
        File.WriteAllBytes(path, Content);
        RemoteFile FileOf(byte[] content) => new("file.gz", content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), [new Uri("http://127.0.0.1/file.gz")]);
        Command command = DataCommand.Create(new Terminal(_output, false, _error, false),
            [new DataSource("set", "some credit", [FileOf(Content)]), new DataSource("twin", "some credit", [FileOf(Content[1..])])]);
        var streams = new InvocationConfiguration { Output = _output, Error = _error, EnableDefaultExceptionHandler = false };

        Assert.Equal(0, await command.Parse(["verify", "--data-dir", _folder]).InvokeAsync(streams));
        Assert.Equal($"set  intact   {path}\n", _output.ToString());
        Assert.Equal(1, await command.Parse(["verify", "twin", "--data-dir", _folder]).InvokeAsync(streams));
    }

    [Fact]
    public async Task The_list_names_every_set_and_the_folder()
    {
        Assert.Equal(0, await RunAsync(new Uri("http://127.0.0.1/file.gz"), "list", "--data-dir", _folder));

        Assert.All(DatasetCatalog.All, set => Assert.Contains(set.Name, _output.ToString(), StringComparison.Ordinal));
        Assert.Contains("built in", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("not there", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains(_folder, _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fetch set2", "Did you mean 'set'?")]
    [InlineData("verify foo", "There is no data set 'foo' to fetch or verify.")]
    [InlineData("fetch digits", "built in")]
    [InlineData("verify cifar-10-subset", "no public address")]
    [InlineData("fetch set --stall-seconds 0", "above 0")]
    public async Task A_wrong_request_is_refused(string line, string expected) => Assert.Contains(expected,
        (await Assert.ThrowsAsync<InvalidRequestException>(() => RunAsync(new Uri("http://127.0.0.1/file.gz"), line.Split(' ')))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(2, "data", "fetch", "minst")]
    [InlineData(2, "data", "fetch")]
    [InlineData(2, "data", "fetsh")]
    [InlineData(0, "data", "verify")]
    [InlineData(0, "data", "list")]
    public async Task The_program_knows_the_command_and_its_exit_codes(int expected, params string[] line)
    {
        var context = new CommandContext(new Terminal(_output, false, _error, false), _ => throw new InvalidOperationException("No job runs here."));
        string[] arguments = expected == 0 ? [.. line, "--data-dir", _folder] : line;

        Assert.Equal(expected, await RubatoProgram.RunAsync(arguments, context, CancellationToken.None));
        Assert.Equal(expected == 0, _error.ToString().Length == 0);
    }

    private Task<int> RunAsync(Uri address, params string[] arguments)
    {
        var file = new RemoteFile("file.gz", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)), [address]);
        Command command = DataCommand.Create(new Terminal(_output, false, _error, false), [new DataSource("set", "some credit", [file])]);
        return command.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = _output, Error = _error, EnableDefaultExceptionHandler = false });
    }
}
