using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class RankLoopTests
{
    [Fact]
    public async Task Everything_of_a_rank_runs_on_one_thread()
    {
        var threads = new HashSet<int>();

        await RankLoop.RunAsync("test", async () =>
        {
            for (int i = 0; i < 20; i++)
            {
                threads.Add(Environment.CurrentManagedThreadId);
                await Task.Run(() => { });
                await Task.Yield();
            }
            threads.Add(Environment.CurrentManagedThreadId);
        });

        Assert.Single(threads);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
    }

    [Fact]
    public async Task Tasks_started_together_take_turns_in_the_order_they_were_started()
    {
        var order = new List<int>();

        await RankLoop.RunAsync("test", () => Task.WhenAll(Enumerable.Range(0, 3).Select(async number =>
        {
            for (int turn = 0; turn < 3; turn++)
            {
                order.Add(number);
                await Task.Yield();
            }
        })));

        Assert.Equal([0, 1, 2, 0, 1, 2, 0, 1, 2], order);
    }

    [Fact]
    public async Task The_programs_own_exception_is_the_outcome() =>
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => RankLoop.RunAsync("test", async () =>
        {
            await Task.Yield();
            throw new InvalidTimeZoneException();
        }));

    [Fact]
    public async Task An_exception_that_nobody_awaits_ends_the_loop_while_its_program_still_waits() =>
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => RankLoop.RunAsync("test", async () =>
        {
            FailLater();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
        })).WaitAsync(TestRuns.Limit);

    [Fact]
    public async Task A_cancelled_program_is_a_cancelled_outcome()
    {
        Task loop = RankLoop.RunAsync("test", async () =>
        {
            await Task.Yield();
            throw new OperationCanceledException();
        });

        await Assert.ThrowsAsync<OperationCanceledException>(() => loop);
        Assert.True(loop.IsCanceled);
    }

    [Fact]
    public async Task A_callback_that_comes_after_the_end_still_runs()
    {
        SynchronizationContext? loop = null;
        await RankLoop.RunAsync("test", () =>
        {
            loop = SynchronizationContext.Current;
            return Task.CompletedTask;
        });
        var ran = new TaskCompletionSource();

        loop!.Post(_ => ran.SetResult(), null);

        await ran.Task.WaitAsync(TestRuns.Limit);
    }

    [Fact]
    public async Task A_program_whose_loop_breaks_still_comes_to_its_end_one_callback_after_the_other()
    {
        var begun = new TaskCompletionSource();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource();
        int inside = 0, most = 0;
        Task loop = RankLoop.RunAsync("test", async () =>
        {
            FailLater();
            // Queued behind the failure, and later ones come when the loop is over.
            Task[] others = [.. Enumerable.Range(0, 8).Select(async _ =>
            {
                for (int turn = 0; turn < 50; turn++)
                {
                    most = Math.Max(most, Interlocked.Increment(ref inside));
                    Thread.SpinWait(1000);
                    Interlocked.Decrement(ref inside);
                    await Task.Yield();
                }
            })];
            begun.SetResult();
            await goOn.Task;
            await Task.WhenAll(others);
            ended.SetResult();
        });

        await begun.Task.WaitAsync(TestRuns.Limit);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => loop).WaitAsync(TestRuns.Limit);
        goOn.SetResult();
        await ended.Task.WaitAsync(TestRuns.Limit);
        Assert.Equal(1, most);
    }

    private static async void FailLater()
    {
        await Task.Yield();
        throw new InvalidTimeZoneException();
    }
}
