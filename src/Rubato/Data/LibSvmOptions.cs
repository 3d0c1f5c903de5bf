using System.ComponentModel;

namespace Rubato.Data;

/// <summary>How a libsvm file is read: the options after its path, <c>data.libsvm:target=number</c>.</summary>
internal sealed record LibSvmOptions
{
    /// <summary>What the labels are.</summary>
    [Description("what the labels are: classes, or numbers to predict; auto takes whole numbers for classes")]
    public TargetKind Target { get; init; } = TargetKind.Auto;
}
