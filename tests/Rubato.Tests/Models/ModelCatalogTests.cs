using Rubato.Configuration;
using Rubato.Data;
using Rubato.Models;

namespace Rubato.Tests.Models;

public sealed class ModelCatalogTests
{
    [Theory]
    [InlineData("cnn", 64, 1, 1, 10, 0)]
    [InlineData("cnn:channels=8x8x8x8", 1, 8, 8, 10, 0)]
    [InlineData("resnet20", 64, 1, 1, 10, 0)]
    [InlineData("linear", 4, 1, 1, 3, 0)]
    [InlineData("logistic", 4, 1, 1, 0, 0)]
    [InlineData("logistic", 4, 1, 1, 1, 0)]
    [InlineData("mlp", 4, 1, 1, 2, 5)]
    [InlineData("embedding-mlp", 4, 1, 1, 2, 0)]
    [InlineData("embedding-mlp:width=0", 4, 1, 1, 2, 5)]
    [InlineData("mlp:hidden=0x5", 4, 1, 1, 2, 0)]
    [InlineData("mlp:hidden=none5", 4, 1, 1, 2, 0)]
    [InlineData("mlp:dropout=1", 4, 1, 1, 2, 0)]
    [InlineData("cnn:kernel=4", 1, 8, 8, 10, 0)]
    [InlineData("cnn:channels=none", 1, 8, 8, 10, 0)]
    [InlineData("resnet20:groups=3", 1, 8, 8, 10, 0)]
    [InlineData("resnet20:norm=batch,groups=4", 1, 8, 8, 10, 0)]
    [InlineData("resnet20:groups=4,norm=batch", 1, 8, 8, 10, 0)]
    public void What_does_not_fit_is_refused(string model, int channels, int height, int width, int classes, int categories)
    {
        Dataset dataset = SyntheticSamples.Dataset(new SampleShape(channels, height, width), classes, categories);
        Assert.Throws<InvalidRequestException>(() => ModelCatalog.All.Create(Specification.Parse(model))(dataset));
    }

    [Fact]
    public void Groups_beside_batch_norm_are_refused_with_a_way_out()
    {
        string message = Assert.Throws<InvalidRequestException>(() => ModelCatalog.All.Create(Specification.Parse("resnet20:norm=batch,groups=8"))).Message;
        Assert.Equal("There are 8 groups, but batch norm has none. Leave out groups, or use norm=group. (in 'resnet20:groups=8,norm=batch')", message);
    }

    [Fact]
    public void ResNet20_has_the_paper_s_size()
    {
        // He et al., table 6, CIFAR-10: 0.27 million parameters; 19 convolutions and one dense layer.
        IModel model = ModelCatalog.All.Create(new Specification("resnet20"))(SyntheticSamples.Dataset(new SampleShape(3, 32, 32), 10));
        Assert.InRange(model.Layout.Length, 265_000, 275_000);
        Assert.Equal(20, model.Layout.Blocks.Count(block => block.Name.EndsWith("weight", StringComparison.Ordinal)));
    }

    // 6 · 400 rows of 8, and 56-48-24-1: the 3,937 dense parameters of the ShadowSync experiment.
    [Fact]
    public void The_embedding_mlp_has_the_experiment_s_size()
    {
        IModel model = ModelCatalog.All.Create(new Specification("embedding-mlp"))(DatasetCatalog.Load("clicks:samples=1000"));

        Assert.Equal(6 * 400 * 8 + 3937, model.Layout.Length);
    }

    [Fact]
    public void Block_names_tell_their_layer()
    {
        IModel model = ModelCatalog.All.Create(Specification.Parse("mlp:hidden=3"))(SyntheticSamples.Dataset(new SampleShape(4), 2));
        Assert.Equal(["0.dense.weight", "0.dense.bias", "2.dense.weight", "2.dense.bias"], model.Layout.Blocks.Select(block => block.Name));
        Assert.Equal([3, 4], model.Layout.Blocks[0].Shape);
    }

    [Fact]
    public void Every_option_says_what_it_means() =>
        Assert.All(ModelCatalog.All.Entries.SelectMany(entry => entry.Options), option => Assert.NotEmpty(option.Summary));
}
