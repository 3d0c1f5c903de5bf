using FsCheck;
using FsCheck.Fluent;
using Rubato.Configuration;
using Rubato.Simulation;
using Rubato.Training;

namespace Rubato.Tests.Training;

/// <summary>Random jobs that any validator of single values accepts; most could not be run.</summary>
internal static class RandomJobs
{
    private static Gen<double> Positive => Gen.Elements(1.0, 0.1, 1e-9, 12.5, 1 / 3.0, 4e16, double.Epsilon, double.MaxValue);

    private static Gen<string> Path => Gen.Elements(
        "runs/one", "C:\\Runs\\two", "with space", "#hash", "null", "~", "true", "3:4", "a: b", "ends:", "'", "\"quoted\"", "ü/日本", "tab\tbed", "[x]", "- dash", "@at", "%p", "&a", "*a", "!t", "x # y", "0x1F", "😀");

    private static Gen<Specification> Spec =>
        from name in Gen.Elements("sgd", "all-reduce", "mlp")
        from values in Gen.ArrayOf(Gen.Elements("0.1", "true", "a b", "x#y", "-3"))
        select new Specification(name, values.Select((value, i) => new KeyValuePair<string, string>($"key-{i}", value)));

    private static Gen<TimeSpan> Time => Gen.OneOf(
        Gen.Choose(0, int.MaxValue).Select(ticks => TimeSpan.FromTicks(ticks)), Gen.Choose(0, 1000).Select(ms => TimeSpan.FromMilliseconds(ms)),
        Gen.Elements(TimeSpan.MaxValue, TimeSpan.FromSeconds(3)));

    private static Gen<Straggler> Slow => Gen.OneOf(
        from rank in Gen.Choose(0, 9)
        from factor in Gen.Elements(1.0, 4.0, 1.1, 1e300)
        from period in Gen.Elements((0, -1), (3, -1), (0, 5), (3, 5))
        select (Straggler)new Straggler.Fixed(rank)
        {
            Factor = factor,
            From = TimeSpan.FromSeconds(period.Item1),
            Until = period.Item2 < 0 ? null : TimeSpan.FromSeconds(period.Item2),
        },
        from probability in Gen.Elements(0.0, 1.0, 0.1, 1 / 3.0)
        from factor in Gen.Elements(1.0, 5.0)
        select (Straggler)new Straggler.Random { Probability = probability, Factor = factor });

    private static readonly Fault[] Faults =
        [new Fault.Crash(3, TimeSpan.FromTicks(7)), new Fault.Pause(0, TimeSpan.Zero, TimeSpan.FromHours(1)), new Fault.Partition(0, 2, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)), new Fault.Delay(1 / 3.0, TimeSpan.FromMilliseconds(20))];

    public static Gen<NetworkShape> Network =>
        from latency in Time
        from rate in Gen.Elements(1e9, 2.5e8, 1.0, 1 / 3.0, 123456789.0, 1e12, double.PositiveInfinity, double.Epsilon)
        from isFile in Gen.Elements(true, false)
        select isFile ? NetworkShape.Parse("sites.yaml") : new NetworkShape(latency, rate);

    public static Arbitrary<TrainingJob> Arbitrary => (
        from workers in Gen.Choose(1, 65_536)
        from world in Gen.Elements(Enum.GetValues<World>())
        from strategy in Spec
        from compressor in Spec
        from dataset in Path
        from dataDirectory in Path.OrNull()
        from model in Spec
        from optimizer in Spec
        from schedule in Spec
        from batch in Gen.Choose(1, int.MaxValue)
        from budget in Positive.OrNullable()
        from steps in Gen.Elements<long?>(null, 1, long.MaxValue)
        from target in Gen.Elements<double?>(null, 1, 0.95, 1 / 3.0)
        from seconds in Positive.OrNullable()
        from evaluate in Positive
        from checkpoint in Positive.OrNullable()
        from compute in Time
        from stragglers in Gen.ArrayOf(Slow)
        from network in Network.OrNullable()
        from faults in Gen.SubListOf(Faults)
        from speeds in Gen.Elements(null, "1x1", "2x8,6x0.1")
        from costing in Gen.Elements(Enum.GetValues<CollectiveCosting>())
        from distribution in Gen.Elements(null, "normal", "markov:factor=5,slow=0.1")
        from flags in Gen.Choose(0, 7)
        from seed in Gen.Elements(0UL, 1UL, ulong.MaxValue, 1UL << 53)
        from output in Path.OrNull()
        from resume in Path.OrNull()
        select new TrainingJob
        {
            Workers = workers,
            On = world,
            Strategy = strategy,
            Compressor = compressor,
            Dataset = dataset,
            DataDir = dataDirectory,
            Partition = $"dirichlet:{evaluate}",
            Model = model,
            Optimizer = optimizer,
            Schedule = schedule,
            BatchSize = batch,
            Epochs = budget,
            Steps = steps,
            TargetAccuracy = target,
            MaxSeconds = seconds,
            EvaluateEvery = evaluate,
            CheckpointEvery = checkpoint,
            ComputeTime = new ComputeTime(compute)
            {
                IsPerSample = (flags & 4) == 0,
                Distribution = distribution is null ? null : Specification.Parse(distribution),
            },
            Speeds = speeds is null ? null : SpeedClasses.Parse(speeds),
            Faults = [.. faults],
            Collectives = costing,
            Stragglers = stragglers,
            Network = network,
            Deterministic = (flags & 1) == 0,
            Tls = (flags & 2) == 0,
            Seed = seed,
            TimeoutSeconds = evaluate,
            Output = output,
            Resume = resume,
        }).ToArbitrary();

    /// <summary>Compares jobs by value; a record compares its lists by reference.</summary>
    public static void AssertSame(TrainingJob expected, TrainingJob actual)
    {
        Assert.Equal(expected.Stragglers, actual.Stragglers);
        Assert.Equal(expected.Faults, actual.Faults);
        Assert.Equal(expected, actual with { Stragglers = expected.Stragglers, Faults = expected.Faults });
    }

    private static Gen<string?> OrNull(this Gen<string> generator) => Gen.OneOf(generator.Select(value => (string?)value), Gen.Constant<string?>(null));

    private static Gen<T?> OrNullable<T>(this Gen<T> generator) where T : struct =>
        Gen.OneOf(generator.Select(value => (T?)value), Gen.Constant<T?>(null));
}
