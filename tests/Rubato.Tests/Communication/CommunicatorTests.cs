using System.Diagnostics;
using Rubato.Communication;
using Rubato.Transports.InProcess;

namespace Rubato.Tests.Communication;

public sealed class CommunicatorTests
{
    private static readonly string[] Transports = ["in-process", "tcp"];

    public static TheoryData<string> Worlds => new(Transports);

    [Theory, MemberData(nameof(Worlds))]
    public async Task Collectives_started_without_awaiting_do_not_mix(string transport)
    {
        await using TestWorld world = await TestWorld.OpenAsync(transport, 3);
        await world.RunAsync(async ranks =>
        {
            float[][] vectors = [.. Enumerable.Range(0, 6).Select(k => CollectiveTests.Vector(ranks.Rank, 1000 + 70_000 * (k % 2)))];
            Task[] inFlight = [.. vectors.Select(vector => ranks.AllReduceAsync(vector, ReduceOperation.Sum, CancellationToken.None).AsTask())];
            // Finished in another order than started, on each rank in one of its own.
            foreach (int k in Enumerable.Range(0, 6).OrderBy(k => (k * 5 + ranks.Rank) % 6)) await inFlight[k];
            foreach (float[] vector in vectors) Assert.Equal(CollectiveTests.Reduced(3, vector.Length, ReduceOperation.Sum), vector);
        });
    }

    [Theory, MemberData(nameof(Worlds))]
    public async Task A_subgroup_and_the_world_work_at_once(string transport)
    {
        await using TestWorld world = await TestWorld.OpenAsync(transport, 4);
        await world.RunAsync(async ranks =>
        {
            ICommunicator half = ranks.Subgroup(ranks.Rank < 2 ? [1, 0] : [2, 3]);
            float[] mine = [ranks.Rank], all = [ranks.Rank];
            ValueTask inHalf = half.AllReduceAsync(mine, ReduceOperation.Sum, CancellationToken.None);
            ValueTask inWorld = ranks.AllReduceAsync(all, ReduceOperation.Sum, CancellationToken.None);
            await inWorld;
            await inHalf;
            Assert.Equal((ranks.Rank < 2 ? 1f : 5f, 6f), (mine[0], all[0]));
        });
    }

    [Fact]
    public async Task A_subgroup_numbers_its_ranks_in_the_given_order_and_costs_nothing()
    {
        await using TestWorld world = TestWorld.InProcess(4);
        await world.RunAsync(async ranks =>
        {
            if (ranks.Rank == 0) return;
            ICommunicator reversed = ranks.Subgroup([3, 2, 1]);
            Assert.Equal((3 - ranks.Rank, 3), (reversed.Rank, reversed.Size));
            Assert.Same(reversed, ranks.Subgroup([3, 2, 1]));
            Assert.Equal(0, world.Transports[ranks.Rank].Traffic.MessagesSent);

            // A subgroup of a subgroup is counted from its parent.
            if (reversed.Rank == 1) return;
            ICommunicator ends = reversed.Subgroup([0, 2]);
            await ends.SendAsync(1 - ends.Rank, 9, new byte[] { (byte)ends.Rank }, CancellationToken.None);
            using Message message = await ends.ReceiveAsync(Endpoints.Any, 9, CancellationToken.None);
            Assert.Equal((1 - ends.Rank, 1 - ends.Rank), (message.Source, message.Payload.Span[0]));
        });
    }

    // On every rank in an order of its own: what is under way for one occasion never meets another's.
    [Theory, MemberData(nameof(Worlds))]
    public async Task Subgroups_of_the_same_members_for_different_occasions_are_strangers(string transport)
    {
        await using TestWorld world = await TestWorld.OpenAsync(transport, 3);
        await world.RunAsync(async ranks =>
        {
            float[][] vectors = [.. Enumerable.Range(0, 5).Select(occasion => new float[] { ranks.Rank + 10 * occasion })];
            Task[] inFlight = new Task[5];
            foreach (int occasion in Enumerable.Range(0, 5).OrderBy(occasion => (occasion * 3 + ranks.Rank) % 5))
                inFlight[occasion] = ranks.Subgroup([0, 1, 2], occasion).AllReduceAsync(vectors[occasion], ReduceOperation.Sum, CancellationToken.None).AsTask();
            foreach (Task one in inFlight) await one;
            for (int occasion = 0; occasion < 5; occasion++) Assert.Equal(3 + 30f * occasion, vectors[occasion][0]);
            Assert.NotSame(ranks.Subgroup([0, 1, 2], 7), ranks.Subgroup([0, 1, 2], 7));
        });
    }

    [Fact]
    public async Task Two_communicators_of_the_same_members_keep_one_order()
    {
        await using TestWorld world = TestWorld.InProcess(2);
        await world.RunAsync(async ranks =>
        {
            ICommunicator twin = world.Communicator(ranks.Rank);
            float[] first = [1], second = [10, 10];
            ValueTask one = ranks.AllReduceAsync(first, ReduceOperation.Sum, CancellationToken.None);
            ValueTask two = twin.AllReduceAsync(second, ReduceOperation.Sum, CancellationToken.None);
            await two;
            await one;
            Assert.Equal((2f, 20f), (first[0], second[1]));
        });
    }

    [Theory]
    [InlineData(2, 10, 11)]
    [InlineData(4, 1, 2)]
    [InlineData(3, 100_000, 200_000)]
    [InlineData(2, 131_040, 262_080)]   // whole segments on both sides
    public async Task Ranks_that_call_with_different_lengths_are_told_so_at_once(int size, int length, int odd)
    {
        await using TestWorld world = TestWorld.InProcess(size);
        foreach (bool deterministic in new[] { true, false })
        {
            var watch = Stopwatch.StartNew();
            await world.RunAsync(async ranks =>
            {
                var ordered = new Communicator(world.Transports[ranks.Rank], [.. Enumerable.Range(0, size)], new CommunicatorOptions { Deterministic = deterministic });
                int own = ranks.Rank == size - 1 ? odd : length;
                var error = await Assert.ThrowsAsync<CollectiveMismatchException>(
                    async () => await ordered.AllReduceAsync(new float[own], ReduceOperation.Sum, CancellationToken.None));
                Assert.Contains($"{own}", error.Message, StringComparison.Ordinal);
            });
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "They waited for a deadline.");
        }
    }

    [Fact]
    public async Task Ranks_that_call_different_collectives_are_told_which()
    {
        await using TestWorld world = TestWorld.InProcess(2);
        await world.RunAsync(async ranks =>
        {
            var error = await Assert.ThrowsAsync<CollectiveMismatchException>(async () =>
            {
                if (ranks.Rank == 0) await ranks.AllReduceAsync(new float[8], ReduceOperation.Sum, CancellationToken.None);
                else await ranks.AllReduceAsync(new float[8], ReduceOperation.Max, CancellationToken.None);
            });
            Assert.Contains("Sum", error.Message, StringComparison.Ordinal);
            Assert.Contains("Max", error.Message, StringComparison.Ordinal);
            Assert.Equal(1 - ranks.Rank, error.Rank);
        });
    }

    [Fact]
    public async Task A_rank_that_does_not_come_is_named_at_the_deadline()
    {
        var time = new ManualTime();
        var network = new InProcessNetwork(3, time);
        ITransport[] transports = [.. Enumerable.Range(0, 3).Select(network.Open)];
        var options = new CommunicatorOptions { Timeout = TimeSpan.FromSeconds(30) };
        var ranks = new Communicator(transports[0], [0, 1, 2], options);

        Task late = ranks.BroadcastAsync(new float[5], 2, CancellationToken.None).AsTask();
        Task lateMessage = ranks.ReceiveAsync(1, 4, CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(late.IsCompleted || lateMessage.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        var error = await Assert.ThrowsAsync<CommunicationTimeoutException>(() => late);
        Assert.Equal((2, "broadcast"), (error.Rank, error.Operation));
        Assert.InRange(error.Elapsed.TotalSeconds, 30, 30.2);
        Assert.Equal(1, (await Assert.ThrowsAsync<CommunicationTimeoutException>(() => lateMessage)).Rank);
    }

    [Theory, MemberData(nameof(Worlds))]
    public async Task The_caller_s_cancellation_stays_a_cancellation(string transport)
    {
        await using TestWorld world = await TestWorld.OpenAsync(transport, 2);
        ICommunicator ranks = world.Communicator(0);
        using var source = new CancellationTokenSource();
        Task collective = ranks.AllReduceAsync(new float[100_000], ReduceOperation.Sum, source.Token).AsTask();
        Task receive = ranks.ReceiveAsync(Endpoints.Any, 0, source.Token).AsTask();
        await source.CancelAsync();
        Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collective)).CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receive);
    }

    [Fact]
    public async Task A_loss_anywhere_in_the_group_ends_the_collective_and_is_named()
    {
        var network = new InProcessNetwork(5, TimeProvider.System);
        ITransport[] transports = [.. Enumerable.Range(0, 5).Select(network.Open)];
        foreach (bool deterministic in new[] { true, false })
        {
            await EventLoop.RunAllAsync(4, async rank =>
            {
                var ranks = new Communicator(transports[rank], [0, 1, 2, 3, 4], new CommunicatorOptions { Deterministic = deterministic });
                Task waiting = ranks.AllReduceAsync(new float[50_000], ReduceOperation.Sum, CancellationToken.None).AsTask();
                if (rank == 0) network.Lose(4, "killed");
                var loss = await Assert.ThrowsAsync<PeerLostException>(() => waiting);
                Assert.Equal((4, "all-reduce", "killed"), (loss.Rank, loss.Operation, loss.Reason));
            });
        }
        // The survivors make a group of their own and go on.
        await EventLoop.RunAllAsync(4, async rank =>
        {
            float[] one = [1];
            await new Communicator(transports[rank], [0, 1, 2, 3], new CommunicatorOptions()).AllReduceAsync(one, ReduceOperation.Sum, CancellationToken.None);
            Assert.Equal(4, one[0]);
        });
    }

    [Fact]
    public async Task Misuse_throws_at_once_and_names_the_limit()
    {
        await using TestWorld world = TestWorld.InProcess(3);
        ITransport transport = world.Transports[1];
        var options = new CommunicatorOptions();
        Assert.Contains("not among", Assert.Throws<ArgumentException>(() => new Communicator(transport, [0, 2], options)).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => new Communicator(transport, [0, 1, 1], options)).Message, StringComparison.Ordinal);
        Assert.Contains("0 to 2", Assert.Throws<ArgumentException>(() => new Communicator(transport, [1, 3], options)).Message, StringComparison.Ordinal);

        ICommunicator ranks = world.Communicator(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = ranks.SendAsync(3, 0, default, CancellationToken.None).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = ranks.SendAsync(0, -1, default, CancellationToken.None).AsTask(); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = ranks.BroadcastAsync(default, -1, CancellationToken.None).AsTask(); });
        Assert.Throws<ArgumentException>(() => { _ = ranks.GatherAsync(new float[2], new float[5], 1, CancellationToken.None).AsTask(); });
        Assert.Throws<ArgumentException>(() => ranks.Subgroup([0, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CommunicatorOptions { Timeout = TimeSpan.Zero });
    }

    [Fact]
    public void Contexts_are_equal_on_all_members_and_differ_between_groups()
    {
        var contexts = new HashSet<int>();
        var network = new InProcessNetwork(7, TimeProvider.System);
        ITransport[] transports = [.. Enumerable.Range(0, 7).Select(network.Open)];
        for (int mask = 1; mask < 128; mask++)
        {
            int[] members = [.. Enumerable.Range(0, 7).Where(rank => (mask >> rank & 1) != 0)];
            int[] seen = [.. members.Select(rank => Group.Of(transports[rank], members).Context).Distinct()];
            Assert.Single(seen);
            Assert.True(seen[0] >= 0 && contexts.Add(seen[0]), $"[{string.Join(", ", members)}] shares context {seen[0]}.");
        }
    }
}
