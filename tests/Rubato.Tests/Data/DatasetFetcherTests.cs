using System.Collections.Concurrent;
using System.Security.Cryptography;
using Rubato.Configuration;
using Rubato.Data;
using Fault = Rubato.Tests.Data.FaultyServer.Fault;

namespace Rubato.Tests.Data;

public sealed class DatasetFetcherTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_001).Select(i => (byte)(i * 31 >> 3))];

    private const double Patient = 60;

    private readonly string _folder = Directory.CreateTempSubdirectory("rubato-fetch-").FullName;
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ConcurrentQueue<FetchProgress> _progress = new();

    private string Target => Path.Combine(_folder, "set", "file.gz");

    private string Part => Target + ".part";

    public void Dispose()
    {
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static TheoryData<string> Recoverable => new(new[]
    {
        Fault.CutsHalfway, Fault.StallsHalfway, Fault.StallsAtOnce, Fault.Corrupts, Fault.Unavailable,
    }.Select(fault => fault.ToString()));

    [Fact]
    public async Task A_file_is_fetched_verified_and_named_and_fetching_again_asks_nobody()
    {
        await using var server = new FaultyServer(Content, Fault.None);

        await FetchAsync(server);
        await FetchAsync(server);

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.False(File.Exists(Part));
        Assert.Single(server.Ranges);
        Assert.Equal(["fetched and verified", "already there"], _progress.Where(p => p.Note is not null).Select(p => p.Note));
        Assert.All(_progress, p => Assert.InRange(p.Bytes, 0, Content.Length));
    }

    [Theory, MemberData(nameof(Recoverable))]
    public async Task A_passing_fault_ends_in_the_right_file(string fault)
    {
        await using var server = new FaultyServer(Content, Enum.Parse<Fault>(fault), Enum.Parse<Fault>(fault), Fault.None);

        await FetchAsync(server, StallSeconds(fault));

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal(3, server.Ranges.Count);
    }

    [Theory, MemberData(nameof(Recoverable))]
    [InlineData("NotFound")]
    [InlineData("SendsMore")]
    [InlineData("SendsMoreUnannounced")]
    [InlineData("AnotherLength")]
    public async Task A_lasting_fault_ends_in_one_error_and_never_in_a_file(string fault)
    {
        await using var server = new FaultyServer(Content, Enum.Parse<Fault>(fault));

        var error = await Assert.ThrowsAsync<DataFetchException>(() => FetchAsync(server, StallSeconds(fault)));

        Assert.False(File.Exists(Target));
        Assert.StartsWith($"file.gz could not be fetched: {server.Address}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(Enum.Parse<Fault>(fault) switch
        {
            Fault.CutsHalfway => $"of {Content.Length} bytes are kept in {Part}",
            Fault.StallsHalfway or Fault.StallsAtOnce => "sent nothing for 0.5 s",
            Fault.Corrupts => "does not have the published SHA-256",
            Fault.NotFound => "the server answered 404 Not Found",
            Fault.Unavailable => "the server answered 503",
            Fault.SendsMoreUnannounced => $"more than the {Content.Length} bytes",
            Fault.SendsMore => $"has {Content.Length + 3} bytes, but the published one has {Content.Length}",
            _ => $"has {Content.Length - 1} bytes, but the published one has {Content.Length}",
        }, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_file_is_gone_on_with_where_it_ended()
    {
        await using var server = new FaultyServer(Content, Fault.CutsHalfway, Fault.None);

        await FetchAsync(server);

        Assert.Equal([null, $"bytes={Content.Length / 2}-"], server.Ranges);
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_later_call_goes_on_with_what_an_earlier_one_left()
    {
        await using (var broken = new FaultyServer(Content, Fault.CutsHalfway, Fault.NotFound))
            await Assert.ThrowsAsync<DataFetchException>(() => FetchAsync(broken));
        Assert.Equal(Content.Length / 2, new FileInfo(Part).Length);
        await using var server = new FaultyServer(Content, Fault.None);

        await FetchAsync(server);

        Assert.Equal([$"bytes={Content.Length / 2}-"], server.Ranges);
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Theory]
    [InlineData("IgnoresRanges")]
    [InlineData("WrongRange")]
    public async Task A_server_that_cannot_resume_is_read_from_the_start(string fault)
    {
        await using var server = new FaultyServer(Content, Fault.CutsHalfway, Enum.Parse<Fault>(fault), Fault.None);

        await FetchAsync(server);

        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_part_of_something_else_is_found_out_and_fetched_afresh()
    {
        LeavePart(new byte[1000]);
        await using var server = new FaultyServer(Content, Fault.None);

        await FetchAsync(server);

        Assert.Equal(["bytes=1000-", null], server.Ranges);
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_complete_part_needs_no_server_and_one_too_long_is_dropped()
    {
        await using var server = new FaultyServer(Content, Fault.None);
        LeavePart(Content);
        await FetchAsync(server);
        Assert.Empty(server.Ranges);

        File.Delete(Target);
        LeavePart([.. Content, 0]);
        await FetchAsync(server);
        Assert.Equal([null], server.Ranges);
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_file_that_is_not_the_published_one_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "set"));
        File.WriteAllText(Target, "mine");
        await using var server = new FaultyServer(Content, Fault.None);

        Assert.Contains("Move or delete it", (await Assert.ThrowsAsync<InvalidRequestException>(() => FetchAsync(server))).Message);

        Assert.Equal("mine", File.ReadAllText(Target));
        Assert.Empty(server.Ranges);
    }

    [Fact]
    public async Task The_next_address_is_tried_when_one_fails()
    {
        await using var broken = new FaultyServer(Content, Fault.NotFound);
        await using var server = new FaultyServer(Content, Fault.None);
        Uri nobody;
        await using (var stopped = new FaultyServer(Content, Fault.None)) nobody = stopped.Address;

        await FetchAsync(Patient, nobody, broken.Address, server.Address);

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Single(broken.Ranges);
    }

    [Fact]
    public async Task A_part_that_another_process_holds_is_refused()
    {
        LeavePart([1]);
        await using var server = new FaultyServer(Content, Fault.None);
        using FileStream held = new(Part, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Assert.Contains("another process", (await Assert.ThrowsAsync<DataFetchException>(() => FetchAsync(server))).Message);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "set"), "a file where the folder should be");
        await using var server = new FaultyServer(Content, Fault.None);

        Assert.Contains("cannot be written", (await Assert.ThrowsAsync<DataFetchException>(() => FetchAsync(server))).Message);
    }

    [Fact]
    public async Task Cancelling_ends_at_once_and_keeps_what_was_received()
    {
        await using var server = new FaultyServer(Content, Fault.StallsHalfway);
        using var cancellation = new CancellationTokenSource();
        var seen = new TaskCompletionSource();
        var progress = new Sink(p =>
        {
            if (p.Bytes == Content.Length / 2) seen.TrySetResult();
        });

        Task fetch = new DatasetFetcher(_client, TimeProvider.System, new FetchOptions { StallLimit = TimeSpan.FromMinutes(5) })
            .FetchAsync(SourceAt(server.Address), _folder, progress, cancellation.Token);
        await seen.Task;
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        Assert.Equal(Content.Length / 2, new FileInfo(Part).Length);
    }

    [Fact]
    public async Task Verifying_tells_missing_damaged_and_intact_files()
    {
        DataSource source = SourceAt(new Uri("http://127.0.0.1/file.gz"));
        async Task<FileState> CheckAsync() => Assert.Single(await FileCheck.OfAsync(source, _folder, default)).State;

        Assert.Equal(FileState.Missing, await CheckAsync());
        File.WriteAllBytes(Path.Combine(_folder, "file.gz"), Content);
        Assert.Equal(FileState.Intact, await CheckAsync());
        byte[] changed = [.. Content];
        changed[7] ^= 1;
        File.WriteAllBytes(Path.Combine(_folder, "file.gz"), changed);
        Assert.Equal(FileState.Damaged, await CheckAsync());
    }

    [Fact]
    public void Every_source_is_a_set_of_the_catalogue_and_names_its_files_with_hash_and_address()
    {
        Assert.Equal(["fashion-mnist", "mnist", "cifar-10"], DataSource.All.Select(source => source.Name));
        Assert.Subset(DatasetCatalog.All.Select(set => set.Name).ToHashSet(), DataSource.All.Select(source => source.Name).ToHashSet());
        Assert.All(DataSource.All.SelectMany(source => source.Files), file =>
        {
            Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
            Assert.True(file.Bytes > 0);
            Assert.All(file.Addresses, address => Assert.EndsWith("/" + file.Name, address.AbsolutePath, StringComparison.Ordinal));
        });
        Assert.Contains("Did you mean 'mnist'?", Assert.Throws<InvalidRequestException>(() => DataSource.Find("minst")).Message);
        Assert.Contains("built in", Assert.Throws<InvalidRequestException>(() => DataSource.Find("digits")).Message);
    }

    private static DataSource SourceAt(params Uri[] addresses) =>
        new("set", "", [new RemoteFile("file.gz", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)), addresses)]);

    private Task FetchAsync(FaultyServer server, double stallSeconds = Patient) => FetchAsync(stallSeconds, server.Address);

    private Task FetchAsync(double stallSeconds, params Uri[] addresses) =>
        new DatasetFetcher(_client, TimeProvider.System, new FetchOptions { StallLimit = TimeSpan.FromSeconds(stallSeconds), Attempts = 3, Pause = TimeSpan.Zero })
            .FetchAsync(SourceAt(addresses), _folder, new Sink(_progress.Enqueue), CancellationToken.None);

    // Only a server that stalls may run into the limit, however busy the machine is.
    private static double StallSeconds(string fault) => fault.StartsWith("Stalls", StringComparison.Ordinal) ? 0.5 : Patient;

    private void LeavePart(byte[] bytes)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "set"));
        File.WriteAllBytes(Part, bytes);
    }

    // Progress<T> would report on other threads, after the fact.
    private sealed class Sink(Action<FetchProgress> report) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => report(value);
    }
}
