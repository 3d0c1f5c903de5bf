using Rubato.Simulation;

namespace Rubato.Tests.Simulation;

public class SimulationLoopTests
{
    private readonly SimulationLoop _loop = new();
    private readonly List<string> _told = [];
    private bool _over;

    [Fact]
    public void Events_of_one_instant_happen_in_the_order_in_which_they_were_added()
    {
        SimulatedRank rank = _loop.AddRank(0, "worker 0");
        _loop.At(20, rank, () => Tell("a"));
        _loop.At(10, rank, () =>
        {
            Tell("b");
            _loop.At(20, rank, () => Tell("c"));
            _loop.Post(rank, _ => Tell("d"), null);
        });
        _loop.At(20, rank, () => End("e"));

        Run();

        Assert.Equal(["b@10", "d@10", "a@20", "e@20"], _told);
    }

    [Fact]
    public void Awaits_come_back_to_their_own_rank_at_their_time()
    {
        SimulatedRank one = _loop.AddRank(0, "worker 0"), two = _loop.AddRank(1, "worker 1");
        async Task WorkAsync(SimulatedRank rank, int milliseconds)
        {
            for (int step = 0; step < 2; step++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), rank.Time);
                Assert.Same(rank, SynchronizationContext.Current);
                Tell(rank.Name);
            }
        }
        _loop.At(0, one, () => _ = WorkAsync(one, 30));
        _loop.At(0, two, () => _ = WorkAsync(two, 20));
        _loop.At(1_000_000, one, () => _over = true);

        Run();

        Assert.Equal(["worker 1@200000", "worker 0@300000", "worker 1@400000", "worker 0@600000"], _told);
    }

    [Fact]
    public void A_timer_can_be_moved_repeated_and_called_off()
    {
        SimulatedRank rank = _loop.AddRank(0, "worker 0");
        _loop.At(0, rank, () =>
        {
            ITimer moved = rank.Time.CreateTimer(_ => Tell("moved"), null, TimeSpan.FromTicks(5), Timeout.InfiniteTimeSpan);
            moved.Change(TimeSpan.FromTicks(50), Timeout.InfiniteTimeSpan);
            ITimer repeated = rank.Time.CreateTimer(_ => Tell("again"), null, TimeSpan.FromTicks(10), TimeSpan.FromTicks(20));
            rank.Time.CreateTimer(_ => Tell("never"), null, TimeSpan.FromTicks(10), Timeout.InfiniteTimeSpan).Dispose();
            _loop.At(60, rank, repeated.Dispose);
        });
        _loop.At(200, rank, () => _over = true);

        Run();

        Assert.Equal(["again@10", "again@30", "moved@50", "again@50"], _told);
    }

    [Fact]
    public void A_paused_rank_takes_up_what_happened_meanwhile_in_the_same_order_and_others_go_on()
    {
        SimulatedRank paused = _loop.AddRank(0, "worker 0"), other = _loop.AddRank(1, "worker 1");
        paused.PauseUntil(100);
        _loop.At(10, paused, () => Tell("first"));
        _loop.At(20, paused, () => Tell("second"));
        _loop.At(20, other, () => Tell("other"));
        _loop.At(150, other, () => _over = true);

        Run();

        Assert.Equal(["other@20", "first@100", "second@100"], _told);
    }

    [Fact]
    public void Nothing_of_a_crashed_rank_happens_any_more()
    {
        SimulatedRank rank = _loop.AddRank(0, "worker 0"), other = _loop.AddRank(1, "worker 1");
        _loop.At(10, rank, () => Tell("before"));
        _loop.At(20, other, rank.Crash);
        _loop.At(20, rank, () => Tell("after"));
        _loop.At(30, other, () => _over = true);

        Run();

        Assert.Equal(["before@10"], _told);
    }

    [Fact]
    public void Code_that_goes_through_the_thread_pool_is_named()
    {
        SimulatedRank rank = _loop.AddRank(3, "worker 3");
        _loop.At(5, rank, () => _ = EscapeAsync());
        // Long enough not to be over before it is awaited.
        static async Task EscapeAsync() => await Task.Run(() => Thread.Sleep(100));

        var escape = Assert.Throws<SimulationException>(Run);

        Assert.Contains("Worker 3", escape.Message, StringComparison.Ordinal);
        Assert.Contains("left the simulation's event loop", escape.Message, StringComparison.Ordinal);
        Assert.Contains("ConfigureAwait(false)", escape.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_uses_a_clock_of_the_simulation_from_another_thread_is_told_at_once()
    {
        SimulatedRank rank = _loop.AddRank(3, "worker 3");
        SimulationException? told = null;
        _loop.At(5, rank, () =>
        {
            var thread = new Thread(() => told = Assert.Throws<SimulationException>(
                () => rank.Time.CreateTimer(_ => { }, null, TimeSpan.FromTicks(1), Timeout.InfiniteTimeSpan)));
            thread.Start();
            thread.Join();
        });

        Assert.Throws<SimulationException>(Run);

        Assert.Contains("sets a timer from another thread", told!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_without_a_deadline_is_a_failure_that_says_who_waits()
    {
        SimulatedRank rank = _loop.AddRank(0, "worker 0");
        _loop.At(7, rank, () => _ = WaitAsync());
        static async Task WaitAsync() => await new TaskCompletionSource().Task;

        var stalled = Assert.Throws<SimulationException>(() => _loop.Run(() => _over, () => "worker 0 had not ended"));

        Assert.Contains("Nothing can happen any more", stalled.Message, StringComparison.Ordinal);
        Assert.Contains("worker 0 had not ended", stalled.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_awaits_breaks_its_rank_only()
    {
        SimulatedRank rank = _loop.AddRank(0, "worker 0"), other = _loop.AddRank(1, "worker 1");
        rank.Broken = failure => Tell(failure.Message);
        _loop.At(1, rank, () => throw new InvalidTimeZoneException("broken"));
        _loop.At(2, other, () => End("other"));

        Run();

        Assert.Equal(["broken@1", "other@2"], _told);
    }

    private void Run() => _loop.Run(() => _over, () => "the test had not ended");

    private void Tell(string what) => _told.Add($"{what}@{_loop.Now}");

    private void End(string what)
    {
        Tell(what);
        _over = true;
    }
}
