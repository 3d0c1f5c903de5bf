using Rubato.Communication;
using Rubato.Tests.Communication;
using Rubato.Transports;
using Rubato.Transports.InProcess;

namespace Rubato.Tests.Transports;

/// <summary>Times of the link's model, under a clock that the test moves.</summary>
public sealed class ShapedTransportTests
{
    private static readonly MessageTag Tag = new(1, 1);

    [Fact]
    public async Task A_message_takes_its_bits_over_the_rate_and_then_the_latency()
    {
        await using var world = new ShapedWorld(2, TimeSpan.FromMilliseconds(30), bitsPerSecond: 8e6);   // 1 byte a microsecond
        Task send = world.Send(0, 1, 20_000);
        Task receive = world.Receive(1, 0);
        Assert.Equal(20, await world.TimeOfAsync(send), 1.0);
        Assert.Equal(50, await world.TimeOfAsync(receive), 1.0);
    }

    [Fact]
    public async Task Messages_of_one_sender_leave_one_after_the_other()
    {
        await using var world = new ShapedWorld(3, TimeSpan.Zero, 8e6);
        Task[] sends = [world.Send(0, 1, 10_000), world.Send(0, 2, 10_000), world.Send(0, 1, 5_000)];
        Task[] receives = [world.Receive(1, 0), world.Receive(2, 0)];
        Assert.Equal(10, await world.TimeOfAsync(receives[0]), 1.0);
        Assert.Equal(20, await world.TimeOfAsync(receives[1]), 1.0);
        Assert.Equal(25, await world.TimeOfAsync(sends[2]), 1.0);
    }

    [Fact]
    public async Task The_in_cast_of_many_senders_shows_at_the_receiver()
    {
        await using var world = new ShapedWorld(5, TimeSpan.FromMilliseconds(5), 8e6);
        Task[] sends = [.. Enumerable.Range(1, 4).Select(rank => world.Send(rank, 0, 10_000))];
        Task[] receives = [.. Enumerable.Range(1, 4).Select(rank => world.Receive(0, rank))];
        foreach (Task send in sends) Assert.Equal(10, await world.TimeOfAsync(send), 1.0);
        Assert.Equal(45, await world.TimeOfAsync(Task.WhenAll(receives)), 2.0);
    }

    [Theory]
    [InlineData(4, 30)]
    [InlineData(40, 46)]
    public async Task What_the_inner_transport_takes_is_a_part_of_the_latency_as_far_as_that_goes(double innerMilliseconds, double expected)
    {
        // 6 ms of bits and 24 of latency; what the inner link is late beyond that, the message is late.
        await using var world = new ShapedWorld(2, TimeSpan.FromMilliseconds(24), 8e6, inner: TimeSpan.FromMilliseconds(innerMilliseconds));
        Task send = world.Send(0, 1, 6_000);
        Assert.Equal(expected, await world.TimeOfAsync(world.Receive(1, 0)), 1.0);
        await send;
    }

    [Fact]
    public void A_stamp_tells_the_time_between_clocks_of_one_machine_and_nothing_between_others()
    {
        var time = new ManualTime(TimeSpan.Zero);
        var early = new LinkClock(time, null);
        Pass(30);
        var late = new LinkClock(time, null);
        Pass(20);
        uint left = early.StampOf(TimeSpan.FromMilliseconds(45).Ticks);

        Assert.Equal(TimeSpan.FromMilliseconds(15).Ticks, late.TimeOf(left));
        Assert.Equal(late.Now, late.TimeOf(left + 2_000_000));
        Assert.Equal(late.Now, late.TimeOf(left - 2_000_000));

        void Pass(int milliseconds)
        {
            using ITimer timer = time.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
            Assert.True(time.AdvanceToNext());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public async Task Errors_of_the_timers_do_not_add_up(double lateMilliseconds)
    {
        // 200 messages of 0.3 ms, each sent when the one before is done: 60 ms, although timers wake late and know whole milliseconds only.
        await using var world = new ShapedWorld(2, TimeSpan.Zero, 8e6, TimeSpan.FromMilliseconds(lateMilliseconds));
        Task chain = Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++) await world.Send(0, 1, 300);
        });
        Assert.Equal(60, await world.TimeOfAsync(chain), 3.0);
    }

    [Fact]
    public async Task Control_traffic_passes_unshaped_and_is_counted_as_such()
    {
        await using var world = new ShapedWorld(2, TimeSpan.FromHours(1), 1);
        var control = new MessageTag(Communicator.ControlContext, 5);
        await world.Transports[0].SendAsync(1, control, new byte[1000], CancellationToken.None);
        using Message message = await world.Transports[1].ReceiveAsync(Endpoints.Any, control, CancellationToken.None);
        Assert.Equal((0, 1000), (message.Source, message.Payload.Length));
        Assert.Equal((0, 1000), (world.Transports[0].Traffic.BytesSent, world.Transports[0].Traffic.ControlBytesSent));
        Assert.Equal(0, world.Time.GetTimestamp());
    }

    [Fact]
    public async Task Collectives_keep_their_results_and_their_counts()
    {
        await using TestWorld plain = TestWorld.InProcess(4), shaped = await TestWorld.OpenAsync("shaped", 4);
        foreach (TestWorld world in new[] { plain, shaped })
            await world.RunAsync(async ranks =>
            {
                float[] vector = CollectiveTests.Vector(ranks.Rank, 70_001);
                await ranks.AllReduceAsync(vector, ReduceOperation.Mean, CancellationToken.None);
                Assert.Equal(CollectiveTests.Reduced(4, 70_001, ReduceOperation.Mean), vector);
            });
        for (int rank = 0; rank < 4; rank++)
            Assert.Equal(plain.Transports[rank].Traffic.BytesSent, shaped.Transports[rank].Traffic.BytesSent);
    }

    [Fact]
    public async Task A_loss_passes_through()
    {
        var network = new InProcessNetwork(2, TimeProvider.System);
        await using var shaped = new ShapedTransport(network.Open(0), TimeSpan.Zero, 1e9);
        Task<Message> waiting = shaped.ReceiveAsync(1, Tag, CancellationToken.None).AsTask();
        network.Lose(1, "killed");
        Assert.Equal("killed", (await Assert.ThrowsAsync<PeerLostException>(() => waiting)).Reason);
        Assert.Equal([1], shaped.LostPeers.Keys);
        await Assert.ThrowsAsync<PeerLostException>(async () => await shaped.SendAsync(1, Tag, default, CancellationToken.None));
    }

    [Fact]
    public void Impossible_links_are_refused()
    {
        ITransport inner = new InProcessNetwork(1, TimeProvider.System).Open(0);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShapedTransport(inner, TimeSpan.FromSeconds(-1), 1e9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShapedTransport(inner, TimeSpan.Zero, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShapedTransport(inner, TimeSpan.Zero, double.NaN));
    }

    /// <summary>Shaped endpoints under manual time: whenever everything waits, the clock jumps to the next timer.</summary>
    private sealed class ShapedWorld : IAsyncDisposable
    {
        public ShapedWorld(int size, TimeSpan latency, double bitsPerSecond, TimeSpan lateness = default, TimeSpan? inner = null)
        {
            Time = new ManualTime(lateness);
            var network = new InProcessNetwork(size, Time);
            Transports = [.. Enumerable.Range(0, size).Select(rank => new ShapedTransport(
                inner is { } under ? new ShapedTransport(network.Open(rank), under, double.PositiveInfinity) : network.Open(rank), latency, bitsPerSecond))];
        }

        public ManualTime Time { get; }

        public ShapedTransport[] Transports { get; }

        public Task Send(int from, int to, int bytes) => Transports[from].SendAsync(to, Tag, new byte[bytes], CancellationToken.None).AsTask();

        public async Task Receive(int at, int from) => (await Transports[at].ReceiveAsync(from, Tag, CancellationToken.None)).Dispose();

        /// <summary>Lets time pass until the task is complete; returns the milliseconds passed since the beginning.</summary>
        public async Task<double> TimeOfAsync(Task task)
        {
            for (int idle = 0; !task.IsCompleted;)
            {
                // Pool threads need real time to come to their next wait; only then may the clock move.
                await Task.Delay(2);
                int pending = Time.Pending;
                await Task.Delay(2);
                if (task.IsCompleted) break;
                if (pending == Time.Pending && Time.AdvanceToNext()) idle = 0;
                else Assert.True(++idle < 5000, "Nothing is under way, but the task is not complete.");
            }
            await task;
            return Time.Now.TotalMilliseconds;
        }

        public async ValueTask DisposeAsync()
        {
            Task closing = Task.WhenAll(Transports.Select(transport => transport.DisposeAsync().AsTask()));
            await TimeOfAsync(closing);
        }
    }
}
