using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;

namespace Rubato.Tests.Models;

/// <summary>What holds for every model: it is a pure function of parameters, batch and draws.</summary>
public sealed class ModelLawTests
{
    public static TheoryData<string> Models =>
        ["linear", "logistic", "mlp", "mlp:hidden=17x5,activation=gelu,dropout=0.3", "cnn:channels=3x5,hidden=7", "resnet20", "resnet20:norm=batch,shortcut=projection", "embedding"];

    public static TheoryData<string> WithoutBatchStatisticsOrDraws => ["linear", "logistic", "mlp", "cnn:channels=3x5,hidden=7", "resnet20", "embedding"];

    [Theory, MemberData(nameof(Models))]
    public void The_same_inputs_give_the_same_bits_and_overwrite_the_gradient(string name)
    {
        (IModel model, SyntheticSamples samples, float[] parameters) = Create(name);
        float[] first = LayerProbe.Poison(parameters.Length), again = new float[parameters.Length];
        double loss = model.ComputeGradient(parameters, samples.Batch(0, 5), first, Pass());
        // Between the two, another shape leaves its rubbish in the pooled workspace.
        model.ComputeGradient(parameters, samples.Batch(3, 7), again, Pass());
        Assert.Equal(loss, model.ComputeGradient(parameters, samples.Batch(0, 5), again, Pass()));
        Assert.Equal(first, again);
        Assert.DoesNotContain(float.NaN, first);
    }

    [Theory, MemberData(nameof(Models))]
    public void Concurrent_calls_give_the_same_bits(string name)
    {
        (IModel model, SyntheticSamples samples, float[] parameters) = Create(name);
        var expected = new float[parameters.Length];
        model.ComputeGradient(parameters, samples.Batch(0, 3), expected, Pass());
        Parallel.For(0, 8, _ =>
        {
            var gradient = new float[parameters.Length];
            model.ComputeGradient(parameters, samples.Batch(0, 3), gradient, Pass());
            model.Evaluate(parameters, samples.Batch(0, 4));
            Assert.Equal(expected, gradient);
        });
    }

    [Theory, MemberData(nameof(Models))]
    public void Evaluating_changes_nothing_and_adds_up(string name)
    {
        (IModel model, SyntheticSamples samples, float[] parameters) = Create(name);
        Batch batch = samples.Batch(0, 7);
        float[] before = [.. parameters], features = batch.Features.ToArray();
        ModelScore whole = model.Evaluate(parameters, batch), again = model.Evaluate(parameters, batch);
        ModelScore parts = model.Evaluate(parameters, samples.Batch(0, 2)) + model.Evaluate(parameters, samples.Batch(2, 5));
        Assert.Equal(whole, again);
        Assert.Equal(before, parameters);
        Assert.Equal(features, batch.Features.ToArray());
        Assert.Equal((7, whole.Correct), (parts.Samples, parts.Correct));
        Assert.Equal(whole.LossSum, parts.LossSum, 1e-4);
    }

    [Theory, MemberData(nameof(WithoutBatchStatisticsOrDraws))]
    public void The_gradient_of_a_batch_is_the_mean_of_its_parts(string name)
    {
        (IModel model, SyntheticSamples samples, float[] parameters) = Create(name);
        float[] whole = new float[parameters.Length], part = new float[parameters.Length];
        var mean = new double[parameters.Length];
        double loss = model.ComputeGradient(parameters, samples.Batch(0, 7), whole, Pass()), partLoss = 0;
        foreach ((int first, int length) in new[] { (0, 1), (1, 4), (5, 2) })
        {
            partLoss += model.ComputeGradient(parameters, samples.Batch(first, length), part, Pass()) * length / 7;
            for (int i = 0; i < mean.Length; i++) mean[i] += part[i] * length / 7.0;
        }
        Assert.Equal(loss, partLoss, 1e-5);
        LayerProbe.AssertClose(mean, whole, name);
        Assert.Equal(loss, model.Evaluate(parameters, samples.Batch(0, 7)).Loss, 1e-5);
    }

    [Theory, MemberData(nameof(Models))]
    public void The_gradient_points_up_the_loss(string name)
    {
        // Central difference along the gradient of the whole model: kinks, curvature and single precision leave about a hundredth.
        (IModel model, SyntheticSamples samples, float[] parameters) = Create(name);
        // Off the initial values: with scales of exactly 0 a residual network begins in a kink of its ReLUs.
        float[] noise = LayerProbe.Draw(RandomStream.Create(9, "noise"), parameters.Length);
        for (int i = 0; i < parameters.Length; i++) parameters[i] += 0.05f * noise[i];
        Batch batch = samples.Batch(0, 8);
        float[] gradient = new float[parameters.Length], moved = new float[parameters.Length], unused = new float[parameters.Length];
        model.ComputeGradient(parameters, batch, gradient, Pass());
        foreach (Range statistics in model.Layout.StatisticsWithin(0, parameters.Length)) gradient.AsSpan(statistics).Clear();
        double square = gradient.Sum(value => (double)value * value), h = 5e-4 / Math.Sqrt(square);
        double At(double step)
        {
            for (int i = 0; i < moved.Length; i++) moved[i] = (float)(parameters[i] + step * gradient[i]);
            return model.ComputeGradient(moved, batch, unused, Pass());
        }
        Assert.Equal(1, (At(h) - At(-h)) / (2 * h * square), 0.02);
    }

    [Theory, MemberData(nameof(Models))]
    public void A_warm_model_allocates_nothing(string name)
    {
        (IModel model, SyntheticSamples samples, float[] parameters) = Create(name);
        var gradient = new float[parameters.Length];
        Batch batch = samples.Batch(0, 5);
        GradientPass pass = Pass();
        for (int i = 0; i < 3; i++) Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run()
        {
            model.ComputeGradient(parameters, batch, gradient, pass);
            model.Evaluate(parameters, batch);
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Initial_values_depend_on_the_stream_alone(string name)
    {
        (IModel model, _, float[] parameters) = Create(name);
        float[] again = LayerProbe.Poison(parameters.Length);
        model.Initialize(again, RandomStream.Create(5, "model"));
        Assert.Equal(parameters, again);
        Assert.DoesNotContain(float.NaN, again);
    }

    internal static (IModel Model, SyntheticSamples Samples, float[] Parameters) Create(string name)
    {
        IModel model;
        SyntheticSamples samples;
        if (name == "embedding")
        {
            samples = new SyntheticSamples(new SampleShape(3), 16, 2, categories: 4);
            model = new Sequential(new SampleShape(3), new LogisticLoss(), new EmbeddingBag(10, 5), new LayerNorm(), new Dense(7), new Tanh(), new Dense(1));
        }
        else
        {
            Dataset dataset = SyntheticSamples.Dataset(new SampleShape(1, 8, 8), name == "linear" ? 0 : 10);
            samples = (SyntheticSamples)dataset.Train;
            model = ModelCatalog.All.Create(Specification.Parse(name))(dataset);
        }
        var parameters = new float[model.Layout.Length];
        model.Initialize(parameters, RandomStream.Create(5, "model"));
        return (model, samples, parameters);
    }

    internal static GradientPass Pass(IGradientObserver? observer = null) => new() { Random = RandomStream.Create(6, "dropout"), Observer = observer };
}
