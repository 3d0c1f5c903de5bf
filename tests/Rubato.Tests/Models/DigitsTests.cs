using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;
using Rubato.Numerics;
using Rubato.Optimizers;

namespace Rubato.Tests.Models;

public sealed class DigitsTests
{
    /// <summary>What the default job rests on: 8 workers × 16 samples averaged, or each applied alone at an eighth of the rate.</summary>
    [Theory]
    [InlineData(128, 1)]
    [InlineData(16, 0.125)]
    public void The_default_mlp_and_rate_learn_the_digits_in_15_epochs(int batchSize, double scale)
    {
        Dataset digits = DatasetCatalog.Load("digits");
        IModel model = ModelCatalog.All.Create(new Specification("mlp"))(digits);
        OptimizerDefinition definition = OptimizerCatalog.All.Create(new Specification("sgd"));
        float[] parameters = new float[model.Layout.Length], gradient = new float[parameters.Length];
        model.Initialize(parameters, RandomStream.Create(1, "model"));
        Optimizer optimizer = definition.Create(parameters.Length, []);
        SampleDeal deal = Partition.Iid.Deal(digits.Train, 1, seed: 1);
        var batch = new Batch();
        var samples = new int[batchSize];
        for (int step = 0; step < 15 * digits.Train.Count / batchSize; step++)
        {
            deal.Read(0, step, samples);
            digits.Train.Read(samples, batch);
            model.ComputeGradient(parameters, batch, gradient, ModelLawTests.Pass());
            optimizer.Step(parameters, gradient, (float)(definition.BaseLearningRate * scale));
        }
        digits.Test.Read([.. Enumerable.Range(0, digits.Test.Count)], batch);
        Assert.InRange(model.Evaluate(parameters, batch).Accuracy, 0.96, 1);
    }
}
