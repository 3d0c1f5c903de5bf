using Rubato.Numerics;
using Rubato.Simulation;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class PacedAcceleratorTests
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(2.25);

    [Theory]
    [InlineData(20, 1, 0)]
    [InlineData(20, 4, 1.3)]
    [InlineData(20.5, 1, 3.1)]
    [InlineData(5, 1.5, 0.07)]
    public async Task The_mean_step_takes_the_time_asked_for_however_late_timers_ring(double baseMilliseconds, double factor, double lateMilliseconds)
    {
        var clock = new LeapingClock(TimeSpan.FromMilliseconds(lateMilliseconds), TimeSpan.FromMilliseconds(lateMilliseconds / 2));
        const int Steps = 200;

        TimeSpan taken = await TakeAsync(clock, Milliseconds(baseMilliseconds), [new Straggler.Fixed(0) { Factor = factor }], Steps, Work);

        double asked = Steps * baseMilliseconds * factor;
        // One timer's error remains, not two hundred.
        Assert.InRange(taken.TotalMilliseconds, asked - 1.01, asked + lateMilliseconds + 0.01);
    }

    [Fact]
    public async Task Without_a_compute_time_a_straggler_multiplies_the_measured_time()
    {
        var clock = new LeapingClock();

        TimeSpan taken = await TakeAsync(clock, ComputeTime.Unpaced, [new Straggler.Fixed(0) { Factor = 3 }], 100, Work);

        Assert.InRange(taken.TotalMilliseconds, 100 * 3 * Work.TotalMilliseconds - 1.01, 100 * 3 * Work.TotalMilliseconds + 0.01);
    }

    [Fact]
    public async Task Without_stragglers_and_compute_time_a_step_takes_what_it_takes()
    {
        var clock = new LeapingClock();

        Assert.Equal(100 * Work, await TakeAsync(clock, ComputeTime.Unpaced, [], 100, Work));
    }

    [Fact]
    public async Task Work_that_takes_longer_than_the_compute_time_is_not_made_up_for()
    {
        var clock = new LeapingClock();
        using var accelerator = new PacedAccelerator(clock, Milliseconds(20).Base, Factors([]));

        await accelerator.RunAsync(() => clock.Advance(TimeSpan.FromMilliseconds(70)), CancellationToken.None);
        TimeSpan before = clock.Now;
        await accelerator.RunAsync(() => clock.Advance(Work), CancellationToken.None);

        Assert.InRange((clock.Now - before).TotalMilliseconds, 18.9, 20.01);
    }

    [Fact]
    public async Task A_machine_that_stood_still_does_not_hurry_afterwards()
    {
        var clock = new LeapingClock(TimeSpan.FromSeconds(10), TimeSpan.Zero);
        using var accelerator = new PacedAccelerator(clock, Milliseconds(20).Base, Factors([]));

        await accelerator.RunAsync(() => { }, CancellationToken.None);
        TimeSpan before = clock.Now;
        await accelerator.RunAsync(() => { }, CancellationToken.None);

        Assert.Equal(20, (clock.Now - before).TotalMilliseconds, tolerance: 1.01);
    }

    [Fact]
    public async Task Random_stragglers_are_drawn_from_the_seed_and_about_as_often_as_asked()
    {
        Straggler[] causes = [new Straggler.Random { Probability = 0.1, Factor = 5 }];
        const int Steps = 2000;

        TimeSpan first = await TakeAsync(new LeapingClock(), Milliseconds(10), causes, Steps, TimeSpan.Zero);
        TimeSpan again = await TakeAsync(new LeapingClock(), Milliseconds(10), causes, Steps, TimeSpan.Zero);

        Assert.Equal(first, again);
        // 10 ms × (0.9 + 0.1 × 5) on average; four standard deviations of 2000 draws are 0.11 of the probability's 0.1.
        Assert.InRange(first.TotalMilliseconds / Steps, 14 - 1.1, 14 + 1.1);
    }

    [Fact]
    public void A_fixed_straggler_concerns_its_own_rank_and_a_random_one_everybody()
    {
        Straggler[] all = [new Straggler.Fixed(2) { Factor = 4 }, new Straggler.Random { Probability = 1, Factor = 2 }];

        Assert.Equal(8, Factors(StepFactors.Of(all, 2)).Next(TimeSpan.Zero));
        Assert.Equal(2, Factors(StepFactors.Of(all, 1)).Next(TimeSpan.Zero));
    }

    [Theory]
    [InlineData("1:4@2s", "1 1 4 4")]
    [InlineData("1:4@2s-3s", "1 1 4 1")]
    [InlineData("1:4", "4 4 4 4")]
    public void A_straggler_may_be_slow_for_a_while_only(string text, string factors)
    {
        StepFactors draws = Factors([Straggler.Parse(text)]);

        Assert.Equal(factors, string.Join(' ', new[] { 0, 1.999, 2, 3 }.Select(seconds => draws.Next(TimeSpan.FromSeconds(seconds)))));
    }

    [Fact]
    public async Task An_exception_of_the_work_comes_out_and_the_next_work_is_done()
    {
        using var accelerator = new PacedAccelerator(new LeapingClock(), TimeSpan.Zero, Factors([]));
        bool done = false;

        await Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
            await accelerator.RunAsync(() => throw new InvalidTimeZoneException(), CancellationToken.None));
        await accelerator.RunAsync(() => done = true, CancellationToken.None);

        Assert.True(done);
    }

    private static StepFactors Factors(IReadOnlyList<Straggler> causes) => new(causes, new ConstantNoise(), 1, RandomStream.Create(7, "straggler", 3));

    private static ComputeTime Milliseconds(double value) => new(TimeSpan.FromMilliseconds(value));

    private static async Task<TimeSpan> TakeAsync(LeapingClock clock, ComputeTime time, IReadOnlyList<Straggler> causes, int steps, TimeSpan work)
    {
        using var accelerator = new PacedAccelerator(clock, time.Base, Factors(causes));
        for (int step = 0; step < steps; step++) await accelerator.RunAsync(() => clock.Advance(work), CancellationToken.None);
        return clock.Now;
    }
}
