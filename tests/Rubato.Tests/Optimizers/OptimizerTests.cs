using FsCheck;
using FsCheck.Fluent;
using Rubato.Configuration;
using Rubato.Numerics;
using Rubato.Optimizers;

namespace Rubato.Tests.Optimizers;

public sealed class OptimizerTests
{
    private const int Steps = 7;

    public static TheoryData<string> Optimizers =>
    [
        "sgd", "sgd:weight-decay=0.01", "sgd:momentum=0.9", "sgd:momentum=0.9,nesterov=true,weight-decay=0.01",
        "adam", "adam:weight-decay=0.1,beta1=0.8,beta2=0.95", "adagrad", "rmsprop",
    ];

    [Theory, MemberData(nameof(Optimizers))]
    public void Cutting_the_range_anywhere_gives_the_same_bits(string specification)
    {
        OptimizerDefinition definition = Create(specification);
        Prop.ForAll(Gen.Choose(0, 100).SelectMany(length => Gen.Choose(0, length).Select(cut => (length, cut))).ToArbitrary(), sizes =>
        {
            (int length, int cut) = sizes;
            // A stretch of statistics that the cut may pass through.
            int first = length / 3, last = length / 2;
            float[] whole = Train(definition, 0, length);
            float[] parts = [.. Train(definition, 0, cut), .. Train(definition, cut, length)];
            Assert.Equal(whole, parts);

            float[] Train(OptimizerDefinition chosen, int from, int to)
            {
                int start = Math.Max(first, from), end = Math.Min(last, to);
                Optimizer optimizer = chosen.Create(to - from, start < end ? [(start - from)..(end - from)] : []);
                float[] x = Draw(0, length)[from..to];
                for (int step = 1; step <= Steps; step++) optimizer.Step(x, Draw(step, length).AsSpan(from..to), 0.1f);
                return x;
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory, MemberData(nameof(Optimizers))]
    public void What_steps_parts_leaves_the_rest_as_it_is_and_nothing_else_does(string specification)
    {
        const int length = 40;
        OptimizerDefinition definition = Create(specification);
        Optimizer whole = definition.Create(length, [30..33]), parts = definition.Create(length, [30..33]);
        float[] x = Draw(0, length), y = Draw(0, length), start = Draw(0, length);
        if (!definition.CanStepParts)
        {
            Assert.Throws<NotSupportedException>(() => parts.StepPart(3, y.AsSpan(3..8), Draw(1, 5), 0.1f));
            // Somewhere between two gradients one without makes a difference: in the parameters or in the state.
            foreach (float[] gradient in (float[][])[Draw(1, length), Draw(2, length)]) whole.Step(x, gradient, 0.1f);
            foreach (float[] gradient in (float[][])[Draw(1, length), new float[length], Draw(2, length)]) parts.Step(y, gradient, 0.1f);
            Assert.NotEqual(x[..30], y[..30]);
            return;
        }
        foreach (Range part in (Range[])[3..8, 5..30, 28..35, 9..9])
        {
            var gradient = new float[length];
            Draw(1, length).AsSpan(part).CopyTo(gradient.AsSpan(part));
            gradient.AsSpan(30..33).Clear();
            whole.Step(x, gradient, 0.1f);
            parts.StepPart(part.Start.Value, y.AsSpan(part), gradient.AsSpan(part), 0.1f);
        }
        Assert.Equal(x, y);
        Assert.Equal(start[..3], y[..3]);
        Assert.NotEqual(start[3..30], y[3..30]);
        Assert.Throws<ArgumentException>(() => parts.StepPart(38, new float[3], new float[3], 0.1f));
    }

    [Theory, MemberData(nameof(Optimizers))]
    public void Steps_follow_the_formula_in_double(string specification)
    {
        const int length = 37;
        OptimizerDefinition definition = Create(specification);
        Optimizer optimizer = definition.Create(length, []);
        float[] x = Draw(0, length);
        double[] expected = [.. x.Select(value => (double)value)], first = new double[length], second = new double[length];
        for (int step = 1; step <= 20; step++)
        {
            float[] g = Draw(step, length);
            float rate = 0.1f / step;
            optimizer.Step(x, g, rate);
            for (int i = 0; i < length; i++) expected[i] = Formula(definition, expected[i], g[i], ref first[i], ref second[i], rate, step);
        }
        for (int i = 0; i < length; i++) Assert.Equal(expected[i], x[i], 1e-5);
    }

    [Theory, MemberData(nameof(Optimizers))]
    public void Statistics_move_by_a_fixed_rate_alone(string specification)
    {
        OptimizerDefinition definition = Create(specification);
        Optimizer optimizer = definition.Create(30, [3..5, 7..30]);
        float[] x = Draw(0, 30), expected = Draw(0, 30);
        for (int step = 1; step <= Steps; step++)
        {
            float[] g = Draw(step, 30);
            optimizer.Step(x, g, 0.3f);
            for (int i = 0; i < 30; i++) expected[i] -= 0.1f * g[i];
        }
        Assert.Equal(expected[3..5], x[3..5]);
        Assert.Equal(expected[7..], x[7..]);
        Assert.NotEqual(expected[5..7], x[5..7]);
    }

    [Theory, MemberData(nameof(Optimizers))]
    public void A_restored_state_goes_on_with_the_same_bits(string specification)
    {
        OptimizerDefinition definition = Create(specification);
        Optimizer original = definition.Create(19, []), restored = definition.Create(19, []);
        float[] x = Draw(0, 19);
        for (int step = 1; step <= Steps; step++) original.Step(x, Draw(step, 19), 0.1f);
        var tape = new Tape();
        original.VisitState(tape);
        tape.Replay();
        restored.VisitState(tape);
        float[] y = [.. x];
        original.Step(x, Draw(Steps + 1, 19), 0.1f);
        restored.Step(y, Draw(Steps + 1, 19), 0.1f);
        Assert.Equal(x, y);
    }

    [Theory]
    [InlineData("sgd:lr=0", "learning rate")]
    [InlineData("sgd:momentum=1", "momentum")]
    [InlineData("sgd:nesterov=true", "momentum")]
    [InlineData("sgd:weight-decay=-1", "weight decay")]
    [InlineData("sgd:statistics-rate=0", "statistics rate")]
    [InlineData("adam:beta2=1", "beta2")]
    [InlineData("adam:epsilon=0", "epsilon")]
    [InlineData("adagrad:lr=-1", "learning rate")]
    [InlineData("rmsprop:rho=1.5", "rho")]
    public void Values_out_of_range_are_refused(string specification, string named) =>
        Assert.Contains(named, Assert.Throws<InvalidRequestException>(() => Create(specification)).Message);

    [Fact]
    public void The_option_lr_is_the_base_learning_rate()
    {
        Assert.All(OptimizerCatalog.All.Entries, entry => Assert.Equal(0.25f, Create($"{entry.Name}:lr=0.25").BaseLearningRate));
        Assert.All(OptimizerCatalog.All.Entries.SelectMany(entry => entry.Options), option => Assert.NotEmpty(option.Summary));
    }

    [Fact]
    public void A_wrong_length_or_overlapping_statistics_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Sgd().Create(5, []).Step(new float[4], new float[4], 0.1f));
        Assert.Throws<ArgumentException>(() => new Sgd().Create(5, [0..3, 2..4]));
    }

    // Each rule for one element, as its paper writes it.
    private static double Formula(OptimizerDefinition definition, double x, double g, ref double first, ref double second, double rate, int step)
    {
        switch (definition)
        {
            case Sgd sgd:
                g += sgd.WeightDecay * x;
                first = sgd.Momentum * first + g;
                return x - rate * (sgd.Nesterov ? g + sgd.Momentum * first : first);
            case Adam adam:
                first = adam.Beta1 * (double)first + (1 - (double)adam.Beta1) * g;
                second = adam.Beta2 * (double)second + (1 - (double)adam.Beta2) * g * g;
                double mean = first / (1 - Math.Pow(adam.Beta1, step)), square = second / (1 - Math.Pow(adam.Beta2, step));
                return x - rate * mean / (Math.Sqrt(square) + adam.Epsilon) - rate * adam.WeightDecay * x;
            case Adagrad adagrad:
                first += g * g;
                return x - rate * g / (Math.Sqrt(first) + adagrad.Epsilon);
            case RmsProp rmsProp:
                first = rmsProp.Rho * (double)first + (1 - (double)rmsProp.Rho) * g * g;
                return x - rate * g / (Math.Sqrt(first) + rmsProp.Epsilon);
            default:
                throw new Xunit.Sdk.XunitException($"There is no formula for {definition.GetType().Name}. Add it.");
        }
    }

    private static OptimizerDefinition Create(string specification) => OptimizerCatalog.All.Create(Specification.Parse(specification));

    private static float[] Draw(int step, int length)
    {
        var random = RandomStream.Create(11, "optimizer", step);
        var values = new float[length];
        foreach (ref float value in values.AsSpan()) value = (float)random.NextNormal();
        return values;
    }

    private sealed class Tape : IStateVisitor
    {
        private readonly Dictionary<string, float[]> _vectors = [];
        private readonly Dictionary<string, long> _counters = [];
        private bool _replaying;

        public void Replay() => _replaying = true;

        public void Vector(string name, Span<float> values)
        {
            if (_replaying) _vectors[name].CopyTo(values);
            else _vectors.Add(name, values.ToArray());
        }

        public void Counter(string name, ref long value)
        {
            if (_replaying) value = _counters[name];
            else _counters.Add(name, value);
        }

        public void Part(string name, IStateful part) => part.VisitState(this);
    }
}
