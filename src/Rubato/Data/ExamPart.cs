namespace Rubato.Data;

/// <summary>The part of a data set that models are evaluated on.</summary>
internal enum ExamPart
{
    /// <summary>Samples that no model is trained on.</summary>
    Test,

    /// <summary>The samples that models are trained on, for studies of the training loss.</summary>
    Train,
}
