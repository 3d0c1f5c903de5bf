using System.ComponentModel;

namespace Rubato.Data;

/// <summary>The options of the generated data set <c>parity</c>.</summary>
internal sealed record ParityOptions
{
    /// <summary>What stands together in the set's order: the tasks that <c>mixture</c> deals to workers; default classes.</summary>
    [Description("what stands together, for the partition mixture: classes (for 10 workers), or pairs of an even and an odd one (for 25)")]
    public ParityTasks Tasks { get; init; }

    /// <summary>The samples that models are evaluated on; default test.</summary>
    [Description("the samples that models are evaluated on: test, or train for the training loss")]
    public ExamPart Exam { get; init; }

    /// <summary>The seed of the data; default 1.</summary>
    [Description("the seed of the data")]
    public int Seed { get; init; } = 1;
}
