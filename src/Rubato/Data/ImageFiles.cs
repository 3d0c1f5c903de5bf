namespace Rubato.Data;

/// <summary>Makes data sets of images from files.</summary>
internal static class ImageFiles
{
    /// <summary>A training and a test part from MNIST's four IDX files: training images and labels, test images and labels.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="paths">The four paths.</param>
    /// <param name="scaling">How bytes become features; null to measure it over the training part.</param>
    public static Dataset LoadIdx(string name, IReadOnlyList<string> paths, PixelScaling? scaling)
    {
        var train = ReadIdx(paths[0], paths[1]);
        var test = ReadIdx(paths[2], paths[3]);
        if (train.Shape != test.Shape)
            throw new DataFormatException(paths[2], "byte 8", $"the images have shape {test.Shape}, but those of {paths[0]} have {train.Shape}. The two files do not belong together.");
        scaling ??= PixelScaling.Measure(train.Pixels, train.Shape);
        return Dataset.Of(name,
            new ByteSampleSet(train.Pixels, Outcomes.OfLabels(train.Labels), train.Shape, scaling),
            new ByteSampleSet(test.Pixels, Outcomes.OfLabels(test.Labels), test.Shape, scaling));
    }

    /// <summary>A training part and a test part drawn from it, from one IDX file of images and one of labels.</summary>
    public static Dataset SplitIdx(string name, string images, string labels)
    {
        (byte[] pixels, int[] classes, SampleShape shape) = ReadIdx(images, labels);
        return Split(name, images, pixels, classes, shape);
    }

    /// <summary>A training and a test part from CIFAR binary files.</summary>
    public static Dataset LoadCifar(string name, IEnumerable<string> train, IEnumerable<string> test, PixelScaling? scaling)
    {
        (byte[] trainPixels, int[] trainLabels) = ReadCifar(train);
        (byte[] testPixels, int[] testLabels) = ReadCifar(test);
        return OfCifar(name, trainPixels, trainLabels, testPixels, testLabels, scaling);
    }

    /// <summary>A training and a test part of CIFAR images in memory.</summary>
    public static Dataset OfCifar(string name, byte[] trainPixels, int[] trainLabels, byte[] testPixels, int[] testLabels, PixelScaling? scaling)
    {
        scaling ??= PixelScaling.Measure(trainPixels, CifarReader.Shape);
        return new Dataset
        {
            Name = name,
            Train = new ByteSampleSet(trainPixels, Outcomes.OfLabels(trainLabels), CifarReader.Shape, scaling),
            Test = new ByteSampleSet(testPixels, Outcomes.OfLabels(testLabels), CifarReader.Shape, scaling),
            Classes = CifarReader.Classes,
        };
    }

    /// <summary>A training part and a test part drawn from it, from one CIFAR binary file.</summary>
    public static Dataset SplitCifar(string name, string path)
    {
        (byte[] pixels, int[] labels) = ReadCifar([path]);
        return Split(name, path, pixels, labels, CifarReader.Shape) with { Classes = CifarReader.Classes };
    }

    /// <summary>Requires enough samples for a part to train and one to test on.</summary>
    public static void RequireTwo(string path, int samples)
    {
        if (samples < 2)
            throw new DataFormatException(path, "its end", $"the file holds {samples} sample, but a training and a test part need at least 2.");
    }

    private static Dataset Split(string name, string path, byte[] pixels, int[] labels, SampleShape shape)
    {
        RequireTwo(path, labels.Length);
        return Dataset.Split(name, new ByteSampleSet(pixels, Outcomes.OfLabels(labels), shape, PixelScaling.Measure(pixels, shape)));
    }

    private static (byte[] Pixels, int[] Labels, SampleShape Shape) ReadIdx(string images, string labels)
    {
        using DataStream imageStream = DataStream.Open(images), labelStream = DataStream.Open(labels);
        return IdxReader.ReadLabelled(imageStream, labelStream);
    }

    private static (byte[] Pixels, int[] Labels) ReadCifar(IEnumerable<string> paths)
    {
        List<(byte[] Pixels, int[] Labels)> parts = [];
        foreach (string path in paths)
        {
            using DataStream stream = DataStream.Open(path);
            parts.Add(CifarReader.Read(stream));
        }
        return Join(parts);
    }

    /// <summary>The parts one after the other.</summary>
    public static (byte[] Pixels, int[] Labels) Join(IReadOnlyList<(byte[] Pixels, int[] Labels)> parts)
    {
        if (parts is [var only]) return only;
        var pixels = new byte[parts.Sum(part => part.Pixels.Length)];
        int at = 0;
        foreach ((byte[] part, _) in parts)
        {
            part.CopyTo(pixels, at);
            at += part.Length;
        }
        return (pixels, [.. parts.SelectMany(part => part.Labels)]);
    }
}
