using System.Globalization;
using System.Text;

namespace Rubato.Data;

/// <summary>Reads libsvm text: <c>label index:value index:value …</c>, one sample a line, indices from 1 and ascending.</summary>
/// <remarks>Features that are left out are 0. Empty lines and what follows a # are skipped.</remarks>
internal static class LibSvmReader
{
    /// <summary>The largest index; a batch holds every feature of its samples.</summary>
    public const int LargestIndex = 1 << 24;

    /// <summary>Reads a file; <c>Features</c> is the largest index that occurs, at least 1.</summary>
    public static (SparseRows Rows, LabelColumn Labels, int Features) Read(DataStream stream, TargetKind kind)
    {
        var lines = new TextLines(stream);
        var labels = new LabelColumn(stream.Path, kind);
        List<int> starts = [0], columns = [];
        List<float> values = [];
        int features = 1;
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            int comment = line.IndexOf((byte)'#');
            ReadOnlySpan<byte> rest = Trim(comment < 0 ? line : line[..comment]);
            if (rest.IsEmpty) continue;
            ReadOnlySpan<byte> label = NextWord(ref rest);
            if (label.Contains((byte)':')) throw lines.Problem($"the line begins with '{Text(label)}' instead of a label. Write label index:value index:value …");
            labels.Add(label, lines, mayBeWord: false);
            int last = 0;
            while (!rest.IsEmpty)
            {
                (int index, float value) = ReadEntry(NextWord(ref rest), last, lines);
                last = index;
                if (value == 0) continue;
                columns.Add(index - 1);
                values.Add(value);
            }
            features = Math.Max(features, last);
            starts.Add(columns.Count);
        }
        if (labels.Count == 0) throw new DataFormatException(stream.Path, "line 1", "the file holds no sample. Fetch or copy it again.");
        return (new SparseRows([.. starts], [.. columns], [.. values]), labels, features);
    }

    private static (int Index, float Value) ReadEntry(ReadOnlySpan<byte> word, int last, TextLines lines)
    {
        int colon = word.IndexOf((byte)':');
        if (colon < 0
            || !int.TryParse(word[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            || !float.TryParse(word[(colon + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
            || !float.IsFinite(value))
        {
            throw lines.Problem($"'{Text(word)}' is not index:value with a whole index and a finite value. Correct the entry, or fetch the file again.");
        }
        if (index is < 1 or > LargestIndex) throw lines.Problem($"the index is {index}, but indices run from 1 to {LargestIndex}. Number the features from 1.");
        if (index <= last) throw lines.Problem($"index {index} follows index {last}, but indices must ascend. Sort the entries of the line.");
        return (index, value);
    }

    private static ReadOnlySpan<byte> NextWord(ref ReadOnlySpan<byte> rest)
    {
        int end = rest.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : Trim(rest[end..]);
        return word;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    private static string Text(ReadOnlySpan<byte> word) => Encoding.UTF8.GetString(word[..Math.Min(word.Length, 40)]);
}
