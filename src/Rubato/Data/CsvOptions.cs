using System.ComponentModel;

namespace Rubato.Data;

/// <summary>How a CSV file is read: the options after its path, <c>data.csv:label=quality,standardise=false</c>.</summary>
internal sealed record CsvOptions
{
    /// <summary>The column of labels.</summary>
    [Description("the column of labels: last, first, its number from 1, or its name in the header")]
    public string Label { get; init; } = "last";

    /// <summary>Whether the first line names the columns.</summary>
    [Description("whether the first line names the columns; auto if a feature in it is not a number")]
    public CsvHeader Header { get; init; } = CsvHeader.Auto;

    /// <summary>What stands between two fields.</summary>
    [Description("what stands between two fields")]
    public CsvSeparator Separator { get; init; } = CsvSeparator.Comma;

    /// <summary>What the labels are.</summary>
    [Description("what the labels are: classes, or numbers to predict; auto takes whole numbers and words for classes")]
    public TargetKind Target { get; init; } = TargetKind.Auto;

    /// <summary>Whether each feature is brought to mean 0 and deviation 1 over the training part.</summary>
    [Description("whether each feature is brought to mean 0 and deviation 1 over the training part")]
    public bool Standardise { get; init; } = true;
}
