namespace Rubato.Studies;

/// <summary>One setting of a study that varies two whole numbers.</summary>
internal readonly record struct StudyCell(int X, int Y);
