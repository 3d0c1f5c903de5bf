using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>The models that can be chosen by name. Each measures itself by softmax cross-entropy, or by squared error where the data has no classes;
/// <c>embedding-mlp</c> by the logistic loss of one output where there are two.</summary>
/// <remarks>
/// To train a model of your own, write a <see cref="ModelFactory"/> that returns a <see cref="Sequential"/> or any other <see cref="IModel"/>.
/// </remarks>
public static class ModelCatalog
{
    /// <summary>All models.</summary>
    public static Catalog<ModelFactory> All { get; } = new(
        "model",
        CatalogEntry<ModelFactory>.Of<NoOptions>("linear", "Least-squares regression, for data with targets instead of classes", _ => Linear),
        CatalogEntry<ModelFactory>.Of<NoOptions>("logistic", "Multiclass logistic regression", _ => Logistic),
        CatalogEntry<ModelFactory>.Of<MlpOptions>("mlp", "Multilayer perceptron", options => dataset => Mlp(dataset, options)),
        CatalogEntry<ModelFactory>.Of<EmbeddingMlpOptions>(
            "embedding-mlp", "Multilayer perceptron over embedded categories, for data that has some", options => dataset => EmbeddingMlp(dataset, options)),
        CatalogEntry<ModelFactory>.Of<CnnOptions>("cnn", "Small convolutional network for small images", options => dataset => Cnn(dataset, options)),
        CatalogEntry<ModelFactory>.Of<ResNetOptions>(
            "resnet20", "20-layer residual network for small images (He et al. 2016)", options => dataset => ResNet20(dataset, options)));

    private static Sequential Linear(Dataset dataset)
    {
        if (dataset.Classes != 0)
            throw new InvalidRequestException($"The model 'linear' is a regression, but '{dataset.Name}' has {dataset.Classes} classes. Use logistic.");
        return Model("linear", dataset, [], WeightInitialization.Zero);
    }

    private static Sequential Logistic(Dataset dataset)
    {
        if (dataset.Classes == 0)
            throw new InvalidRequestException($"The model 'logistic' needs classes, but '{dataset.Name}' has none. Use linear or mlp.");
        return Model("logistic", dataset, [], WeightInitialization.Zero);
    }

    private static Sequential Mlp(Dataset dataset, MlpOptions options)
    {
        var layers = new List<Layer>();
        foreach (int width in LayerWidths.Parse(options.Hidden, nameof(options.Hidden), allowNone: true))
        {
            bool rectified = options.Activation is MlpActivation.Relu or MlpActivation.Gelu;
            layers.Add(new Dense(width) { Initialization = rectified ? WeightInitialization.He : WeightInitialization.Glorot });
            layers.Add(options.Activation switch
            {
                MlpActivation.Relu => new Relu(),
                MlpActivation.Gelu => new Gelu(),
                MlpActivation.Tanh => new Tanh(),
                _ => new Sigmoid(),
            });
            if (options.Dropout > 0) layers.Add(new Dropout(options.Dropout));
        }
        return Model("mlp", dataset, layers, WeightInitialization.Glorot);
    }

    private static Sequential EmbeddingMlp(Dataset dataset, EmbeddingMlpOptions options)
    {
        SampleSet train = dataset.Train;
        if (train.Categories == 0)
            throw new InvalidRequestException($"The model 'embedding-mlp' embeds categories, but '{dataset.Name}' has 0 of them. Use mlp.");
        List<Layer> layers = [new FieldEmbedding(train.Categories, train.CategoryRows, options.Width)];
        foreach (int width in LayerWidths.Parse(options.Hidden, nameof(options.Hidden), allowNone: true))
        {
            layers.Add(new Dense(width) { Initialization = WeightInitialization.He });
            layers.Add(new Relu());
        }
        return Compose(dataset, layers, WeightInitialization.Glorot, dataset.Classes == 2 ? new LogisticLoss() : null);
    }

    private static Sequential Cnn(Dataset dataset, CnnOptions options)
    {
        IReadOnlyList<int> channels = LayerWidths.Parse(options.Channels, nameof(options.Channels), allowNone: false);
        int smallest = channels.Count < 16 ? 1 << channels.Count : int.MaxValue;
        RequireImages("cnn", dataset, smallest, $"{channels.Count} times 2x2 pooling");
        // Pooling before ReLU gives the same values as after it, for a quarter of the work.
        List<Layer> layers = [.. channels.SelectMany<int, Layer>(count => [new Conv2d(count, options.Kernel), new MaxPool2d(2), new Relu()])];
        layers.Add(new Dense(options.Hidden));
        layers.Add(new Relu());
        return Model("cnn", dataset, layers, WeightInitialization.Glorot);
    }

    private static Sequential ResNet20(Dataset dataset, ResNetOptions options)
    {
        RequireImages("resnet20", dataset, 4, "two stages that halve it");
        List<Layer> layers = [new Conv2d(16, 3) { Bias = false }, Norm(options, 1), new Relu()];
        foreach (int channels in (ReadOnlySpan<int>)[16, 32, 64])
        {
            for (int block = 0; block < 3; block++)
            {
                bool narrows = block == 0 && channels > 16;
                int stride = narrows ? 2 : 1;
                layers.Add(new Residual(
                    new Conv2d(channels, 3) { Stride = stride, Bias = false }, Norm(options, 1), new Relu(),
                    new Conv2d(channels, 3) { Bias = false }, Norm(options, 0))
                {
                    Shortcut = narrows ? Shortcut(channels, options.Shortcut) : null,
                });
                layers.Add(new Relu());
            }
        }
        layers.Add(new GlobalAveragePool());
        return Model("resnet20", dataset, layers, WeightInitialization.Glorot);
    }

    // Each block begins as the identity (scale 0 at its end), which is what lets plain descent with large rates begin well.
    private static Layer Norm(ResNetOptions options, float scale) => options.Norm == ResNetNorm.Group
        ? new GroupNorm(options.Groups) { InitialScale = scale }
        : new BatchNorm { InitialScale = scale };

    private static Layer Shortcut(int channels, ResNetShortcut kind) =>
        kind == ResNetShortcut.Pad ? new PadShortcut(channels, 2) : new Conv2d(channels, 1) { Stride = 2, Bias = false };

    // The hidden layers, the output layer, and the loss that fits the data.
    private static Sequential Model(string name, Dataset dataset, IReadOnlyList<Layer> hidden, WeightInitialization output)
    {
        if (dataset.Train.Categories > 0)
        {
            throw new InvalidRequestException(
                $"The model '{name}' reads dense features only, but '{dataset.Name}' has {dataset.Train.Categories} categorical ones. Use embedding-mlp.");
        }
        return Compose(dataset, hidden, output);
    }

    private static Sequential Compose(Dataset dataset, IReadOnlyList<Layer> hidden, WeightInitialization output, LogisticLoss? binary = null)
    {
        if (dataset.Classes == 1)
            throw new InvalidRequestException($"'{dataset.Name}' has 1 class, so there is nothing to learn. Use data with 2 or more classes, or with targets.");
        Loss loss = binary is not null ? binary : dataset.Classes == 0 ? new SquaredError() : new SoftmaxCrossEntropy();
        int outputs = binary is not null ? 1 : Math.Max(1, dataset.Classes);
        return new Sequential(dataset.Shape, loss, [.. hidden, new Dense(outputs) { Initialization = output }]);
    }

    private static void RequireImages(string name, Dataset dataset, int smallest, string reason)
    {
        SampleShape shape = dataset.Shape;
        if (Math.Min(shape.Height, shape.Width) < smallest)
        {
            throw new InvalidRequestException(
                $"The model '{name}' needs images of at least {smallest}x{smallest} (it has {reason}), but a sample of '{dataset.Name}' has shape {shape}. Use mlp for plain vectors.");
        }
    }
}
