using System.Text;
using Rubato.Configuration;

namespace Rubato.Data;

/// <summary>Loads a data set from the path of one file, in the format that its name or its first bytes tell.</summary>
internal static class DataPath
{
    private enum Format
    {
        Csv,
        LibSvm,
        Idx,
        Cifar,
    }

    /// <summary>Divides <c>path:key=value,…</c>; a colon that no key follows (a drive letter) belongs to the path.</summary>
    public static (string Path, Specification Options) Parse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (string.IsNullOrWhiteSpace(text)) throw new InvalidRequestException("The data set has no name. Use digits, for example.");
        if (colon <= 0 || !text[colon..].Contains('=', StringComparison.Ordinal) || File.Exists(text)) return (text, new Specification(text));
        string path = text[..colon];
        return (path, new Specification(path, Specification.Parse("data" + text[colon..]).Options));
    }

    public static Dataset LoadFile(string name, string path, Specification options)
    {
        switch (FormatOf(path))
        {
            case Format.Csv:
                return LoadCsv(name, path, OptionBinder.Bind<CsvOptions>(options));
            case Format.LibSvm:
                return LoadLibSvm(name, path, OptionBinder.Bind<LibSvmOptions>(options));
            case Format.Idx:
                OptionBinder.Bind<NoOptions>(options);
                return LoadIdx(name, path);
            default:
                OptionBinder.Bind<NoOptions>(options);
                return ImageFiles.SplitCifar(name, path);
        }
    }

    private static Dataset LoadCsv(string name, string path, CsvOptions options)
    {
        using DataStream stream = DataStream.Open(path);
        (float[] features, LabelColumn labels, int columns) = CsvReader.Read(stream, options);
        (Outcomes outcomes, _) = labels.Interpret();
        ImageFiles.RequireTwo(path, outcomes.Count);
        // The split depends on the count alone, so it is known before the features are scaled by its training part.
        if (options.Standardise) Standardise(features, columns, Dataset.SplitNumbers(outcomes.Count, 0.2, seed: 1).Train);
        return Dataset.Split(name, new FloatSampleSet(features, outcomes, new SampleShape(columns)), 0.2, seed: 1);
    }

    private static void Standardise(float[] features, int columns, int[] train)
    {
        for (int column = 0; column < columns; column++)
        {
            double sum = 0, squares = 0;
            foreach (int row in train) sum += features[row * columns + column];
            double mean = sum / train.Length;
            foreach (int row in train) squares += (features[row * columns + column] - mean) * (features[row * columns + column] - mean);
            // A constant feature says nothing; dividing by 1 leaves it at 0.
            double deviation = squares > 0 ? Math.Sqrt(squares / train.Length) : 1;
            for (int at = column; at < features.Length; at += columns) features[at] = (float)((features[at] - mean) / deviation);
        }
    }

    private static Dataset LoadLibSvm(string name, string path, LibSvmOptions options)
    {
        (SparseRows rows, LabelColumn labels, int features) = ReadLibSvm(path, options);
        string plain = WithoutGz(path);
        if (FileGroup.FindFile(Path.GetDirectoryName(plain) ?? "", Path.GetFileName(plain) + ".t") is not { } testPath)
        {
            ImageFiles.RequireTwo(path, rows.Count);
            return Dataset.Split(name, new SparseSampleSet(rows, labels.Interpret().Own, features));
        }
        (SparseRows testRows, LabelColumn testLabels, int testFeatures) = ReadLibSvm(testPath, options);
        (Outcomes train, Outcomes? test) = labels.Interpret(testLabels);
        features = Math.Max(features, testFeatures);
        return Dataset.Of(name, new SparseSampleSet(rows, train, features), new SparseSampleSet(testRows, test ?? train, features));
    }

    private static (SparseRows Rows, LabelColumn Labels, int Features) ReadLibSvm(string path, LibSvmOptions options)
    {
        using DataStream stream = DataStream.Open(path);
        return LibSvmReader.Read(stream, options.Target);
    }

    private static Dataset LoadIdx(string name, string path)
    {
        string labels = Partner(path, "images", "labels") ?? throw new InvalidRequestException(
            $"The file '{path}' does not say where its labels are. Name it …images… and its labels …labels… in the same folder, and ask for the images.");
        return Partner(path, "train", "t10k") is { } testImages && Partner(testImages, "images", "labels") is { } testLabels
            ? ImageFiles.LoadIdx(name, [path, labels, testImages, testLabels], scaling: null)
            : ImageFiles.SplitIdx(name, path, labels);
    }

    // The file whose name has the one word in place of the other, plain or compressed.
    private static string? Partner(string path, string word, string other)
    {
        string file = WithoutGz(Path.GetFileName(path));
        if (!file.Contains(word, StringComparison.Ordinal)) return null;
        string partner = file.Replace(word, other, StringComparison.Ordinal);
        if (word == "images") partner = partner.Replace("idx3", "idx1", StringComparison.Ordinal).Replace("idx4", "idx1", StringComparison.Ordinal);
        return FileGroup.FindFile(Path.GetDirectoryName(path) ?? "", partner);
    }

    private static string WithoutGz(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;

    private static Format FormatOf(string path)
    {
        string file = WithoutGz(Path.GetFileName(path)).ToLowerInvariant();
        if (file.Contains("-idx", StringComparison.Ordinal)) return Format.Idx;
        return Path.GetExtension(file) switch
        {
            ".csv" or ".tsv" => Format.Csv,
            ".libsvm" or ".svm" or ".svmlight" => Format.LibSvm,
            ".idx" => Format.Idx,
            ".bin" => Format.Cifar,
            _ => FormatOfContent(path),
        };
    }

    // Many libsvm files (a9a, mushrooms) have no extension.
    private static Format FormatOfContent(string path)
    {
        using DataStream stream = DataStream.Open(path);
        var start = new byte[512];
        int length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (start.AsSpan(0, length) is [0, 0, 8, ..]) return Format.Idx;
        string line = Encoding.UTF8.GetString(start, 0, length).Split('\n')[0];
        string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length >= 2 && words[1].Contains(':', StringComparison.Ordinal)) return Format.LibSvm;
        if (line.Contains(',', StringComparison.Ordinal)) return Format.Csv;
        throw new InvalidRequestException(
            $"The format of '{path}' cannot be told from its name or its first bytes. Rename it to end in .csv, .libsvm, .idx or .bin (with .gz if compressed).");
    }
}
