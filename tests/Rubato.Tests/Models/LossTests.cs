using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;

namespace Rubato.Tests.Models;

public sealed class LossTests
{
    public static TheoryData<int> BatchSizes => [1, 2, 7];

    [Theory, MemberData(nameof(BatchSizes))]
    public void Softmax_cross_entropy_agrees_with_its_definition(int samples)
    {
        const int classes = 5;
        int[] labels = [.. Enumerable.Range(0, samples).Select(i => i * 3 % classes)];
        AssertAgrees(new SoftmaxCrossEntropy(), samples, classes, labels, new float[samples], (y, i) =>
            -Math.Log(Math.Exp(y[i * classes + labels[i]]) / Enumerable.Range(0, classes).Sum(j => Math.Exp(y[i * classes + j]))));
    }

    [Theory, MemberData(nameof(BatchSizes))]
    public void Squared_error_agrees_with_its_definition(int samples)
    {
        float[] targets = LayerProbe.Draw(RandomStream.Create(3, "targets"), samples);
        AssertAgrees(new SquaredError(), samples, 1, new int[samples], targets, (y, i) => Math.Pow(y[i] - targets[i], 2));
    }

    [Theory, MemberData(nameof(BatchSizes))]
    public void Logistic_loss_agrees_with_its_definition(int samples)
    {
        int[] labels = [.. Enumerable.Range(0, samples).Select(i => i % 2)];
        AssertAgrees(new LogisticLoss(), samples, 1, labels, new float[samples], (y, i) => Math.Log(1 + Math.Exp(labels[i] == 1 ? -y[i] : y[i])));
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    [InlineData(88.8f)]
    public void Extreme_outputs_stay_finite(float extreme)
    {
        var gradient = new float[3];
        Assert.True(double.IsFinite(new SoftmaxCrossEntropy().Gradient(1, [extreme, 0, -extreme], [2], [0], gradient)));
        Assert.All(gradient, value => Assert.InRange(value, -1, 1));
        Assert.True(double.IsFinite(new LogisticLoss().Gradient(1, [extreme], [0], [0], gradient.AsSpan(0, 1))));
        Assert.InRange(gradient[0], -1, 1);
    }

    [Fact]
    public void Correct_answers_are_counted()
    {
        Assert.Equal(2, new SoftmaxCrossEntropy().Score(3, [1, 2, 3, 3, 2, 1, 1, 3, 2], [2, 0, 0], [0, 0, 0]).Correct);
        Assert.Equal(3, new LogisticLoss().Score(4, [-1, 1, 2, 3], [0, 1, 1, 0], [0, 0, 0, 0]).Correct);
    }

    [Fact]
    public void A_label_beyond_the_classes_is_named()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new SoftmaxCrossEntropy().Score(2, [1, 2, 3, 4], [0, 2], [0, 0]));
        Assert.Contains("label 2", refusal.Message);
        Assert.Throws<ArgumentException>(() => new LogisticLoss().Gradient(1, [1], [2], [0], new float[1]));
    }

    [Fact]
    public void Outputs_that_do_not_fit_are_refused()
    {
        Assert.Throws<InvalidRequestException>(() => new Sequential(new SampleShape(3), new SoftmaxCrossEntropy(), new Dense(1)));
        Assert.Throws<InvalidRequestException>(() => new Sequential(new SampleShape(3), new SquaredError(), new Dense(2)));
        Assert.Throws<InvalidRequestException>(() => new Sequential(new SampleShape(3), new LogisticLoss(), new Dense(2)));
    }

    private static void AssertAgrees(Loss loss, int samples, int outputs, int[] labels, float[] targets, Func<double[], int, double> reference)
    {
        float[] y = LayerProbe.Draw(RandomStream.Create(4, "outputs"), samples * outputs), gradient = LayerProbe.Poison(y.Length);
        double[] wide = LayerProbe.Widen(y);
        double Mean() => Enumerable.Range(0, samples).Average(i => reference(wide, i));

        Assert.Equal(Mean(), loss.Gradient(samples, y, labels, targets, gradient), 1e-12 * samples + 1e-12);
        Assert.Equal(Mean() * samples, loss.Score(samples, y, labels, targets).LossSum, 1e-11 * samples);
        LayerProbe.AssertClose(LayerProbe.Differences(wide, Mean), gradient, "gradient");
    }
}
