using System.Globalization;
using System.Text;

namespace Rubato.Data;

/// <summary>The labels of a text file as they are written, and what they mean once all of them are known.</summary>
/// <remarks>
/// Classes are numbered from 0 in ascending order of the numbers (so −1 and 1 become 0 and 1), or in ordinal order of the words.
/// </remarks>
/// <param name="path">The file, for error messages.</param>
/// <param name="kind">What to read the labels as.</param>
internal sealed class LabelColumn(string path, TargetKind kind)
{
    // Every class is an output of the model. Far more of them than this are more likely targets than classes.
    private const int MostClassesUnasked = 1000;

    private readonly List<float> _numbers = [];
    private readonly List<string> _words = [];

    public int Count => Math.Max(_numbers.Count, _words.Count);

    /// <summary>Adds the label of the line just read.</summary>
    /// <param name="text">The label as it is written.</param>
    /// <param name="lines">Where it stands.</param>
    /// <param name="mayBeWord">Whether classes may be named by words.</param>
    public void Add(ReadOnlySpan<byte> text, TextLines lines, bool mayBeWord)
    {
        if (text.IsEmpty) throw lines.Problem("the label is missing. Write one in every row.");
        bool isNumber = float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number);
        if (isNumber && !float.IsFinite(number)) throw lines.Problem($"the label is '{Shown(text)}', but labels must be finite. Correct or remove the row.");
        if (!isNumber && !mayBeWord)
            throw lines.Problem($"the label is '{Shown(text)}', but labels must be numbers here. Correct the line, or fetch the file again.");
        if (Count > 0 && isNumber != (_words.Count == 0))
        {
            throw lines.Problem(
                $"the label is '{Shown(text)}', but the ones before are {(isNumber ? "words" : "numbers")}. Labels must be all numbers or all words.");
        }
        if (isNumber) _numbers.Add(number);
        else _words.Add(Encoding.UTF8.GetString(text));
    }

    /// <summary>The meaning of this column, and of the column of a test file whose labels are of the same kind.</summary>
    public (Outcomes Own, Outcomes? Test) Interpret(LabelColumn? test = null)
    {
        if (test is not null && _words.Count > 0 != test._words.Count > 0)
            throw new DataFormatException(test.Path, "line 1", $"the labels are {test.Style}, but those of {path} are {Style}. The two files do not belong together.");
        if (_words.Count > 0)
        {
            if (kind == TargetKind.Number)
                throw new DataFormatException(path, "line 1", $"the label is '{_words[0]}', but target=number asks for numbers. Leave the option out.");
            return Classify([.. _words], test is null ? null : [.. test._words], StringComparer.Ordinal);
        }
        bool areClasses = kind switch
        {
            TargetKind.Class => true,
            TargetKind.Number => false,
            _ => _numbers.All(float.IsInteger) && (test?._numbers.All(float.IsInteger) ?? true),
        };
        return areClasses
            ? Classify([.. _numbers], test?._numbers.ToArray(), Comparer<float>.Default)
            : (Outcomes.OfTargets([.. _numbers]), test is null ? null : Outcomes.OfTargets([.. test._numbers]));
    }

    private string Path => path;

    private static string Shown(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, 40)]);

    private string Style => _words.Count > 0 ? "words" : "numbers";

    private (Outcomes Own, Outcomes? Test) Classify<T>(T[] own, T[]? test, IComparer<T> order) where T : notnull
    {
        T[] classes = [.. own.Concat(test ?? []).Distinct().Order(order)];
        if (classes.Length > MostClassesUnasked && kind == TargetKind.Auto)
        {
            throw new DataFormatException(path, $"line {own.Length}",
                $"there are {classes.Length} different labels, more than {MostClassesUnasked}. Write {path}:target=number for a regression or {path}:target=class for that many classes.");
        }
        int[] Numbered(T[] labels) => [.. labels.Select(label => Array.BinarySearch(classes, label, order))];
        return (Outcomes.OfLabels(Numbered(own)), test is null ? null : Outcomes.OfLabels(Numbered(test)));
    }
}
