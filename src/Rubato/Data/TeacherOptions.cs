using System.ComponentModel;

namespace Rubato.Data;

/// <summary>The options of the generated data set <c>teacher</c>.</summary>
internal sealed record TeacherOptions
{
    /// <summary>The seed of the data and of the teacher; default 1.</summary>
    [Description("the seed of the data and of the teacher")]
    public int Seed { get; init; } = 1;

    /// <summary>The samples that models are evaluated on; default test.</summary>
    [Description("the samples that models are evaluated on: test, or train for the training loss")]
    public ExamPart Exam { get; init; }
}
