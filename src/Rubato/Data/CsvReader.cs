using System.Globalization;
using System.Text;
using Rubato.Configuration;

namespace Rubato.Data;

/// <summary>Reads a CSV file of numbers with one column of labels.</summary>
/// <remarks>A field may stand in double quotes (two of them for one inside), but not go on in the next line. Empty lines are skipped.</remarks>
internal sealed class CsvReader
{
    private readonly DataStream _stream;
    private readonly TextLines _lines;
    private readonly CsvOptions _options;
    private readonly List<byte[]> _fields = [];   // of the line last read

    private CsvReader(DataStream stream, CsvOptions options) =>
        (_stream, _lines, _options) = (stream, new TextLines(stream), options);

    /// <summary>Reads a file: features in rows of the same length, and the labels.</summary>
    /// <exception cref="DataFormatException">A row is not like the first, or a feature is not a finite number.</exception>
    /// <exception cref="InvalidRequestException">There is no such column of labels.</exception>
    public static (float[] Features, LabelColumn Labels, int Columns) Read(DataStream stream, CsvOptions options) =>
        new CsvReader(stream, options).Read();

    private byte Separator => _options.Separator switch
    {
        CsvSeparator.Semicolon => (byte)';',
        CsvSeparator.Tab => (byte)'\t',
        _ => (byte)',',
    };

    private (float[] Features, LabelColumn Labels, int Columns) Read()
    {
        if (!NextRow()) throw new DataFormatException(_stream.Path, "line 1", "the file holds no row. Fetch or copy it again.");
        int columns = _fields.Count;
        if (columns < 2)
        {
            throw _lines.Problem(
                "the row has 1 field, but a sample needs a feature and a label. Name the separator if it is not a comma: separator=semicolon or separator=tab after the path and a colon.");
        }
        int label = FindLabelColumn(out bool isHeader);
        var labels = new LabelColumn(_stream.Path, _options.Target);
        List<float> features = [];
        if (!isHeader) AddRow(label, features, labels);
        while (NextRow())
        {
            if (_fields.Count != columns)
                throw _lines.Problem($"the row has {_fields.Count} fields, but the first one has {columns}. Correct the row, or fetch the file again.");
            if (features.Count > Array.MaxLength - columns) throw _lines.Problem($"the file holds more than {Array.MaxLength} features. Divide it.");
            AddRow(label, features, labels);
        }
        if (labels.Count == 0) throw _lines.Problem("the file holds no row but its header. Fetch or copy it again.");
        return ([.. features], labels, columns - 1);
    }

    private int FindLabelColumn(out bool isHeader)
    {
        string[] names = [.. _fields.Select(field => Encoding.UTF8.GetString(field).Trim())];
        int last = names.Length - 1;
        int named = _options.Header == CsvHeader.None ? -1 : Array.IndexOf(names, _options.Label);
        int label = named >= 0 ? named : _options.Label switch
        {
            "last" => last,
            "first" => 0,
            _ when int.TryParse(_options.Label, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1 && number <= names.Length => number - 1,
            _ => throw new InvalidRequestException(
                $"The label column of {_stream.Path} is '{_options.Label}', but its first line has the {names.Length} fields {string.Join(", ", names.Take(20))}. Write label=last, first, 1 to {names.Length}, or a name of the header."),
        };
        isHeader = _options.Header switch
        {
            CsvHeader.Present => true,
            CsvHeader.None => false,
            _ => Enumerable.Range(0, names.Length).Any(i => i != label && !TryReadNumber(_fields[i], out _)),
        };
        return label;
    }

    private void AddRow(int label, List<float> features, LabelColumn labels)
    {
        for (int column = 0; column < _fields.Count; column++)
        {
            if (column == label) continue;
            if (!TryReadNumber(_fields[column], out float value) || !float.IsFinite(value))
            {
                string text = Encoding.UTF8.GetString(_fields[column].AsSpan(0, Math.Min(40, _fields[column].Length)));
                throw _lines.Problem($"field {column + 1} is '{text}', but features must be finite numbers. Fill the value in, encode it as a number, or remove the row or column.");
            }
            features.Add(value);
        }
        labels.Add(_fields[label].AsSpan().Trim((byte)' '), _lines, mayBeWord: true);
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> field, out float value) =>
        float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private bool NextRow()
    {
        while (_lines.Next(out ReadOnlySpan<byte> line))
        {
            if (line.Trim(" \t"u8).IsEmpty) continue;
            Divide(line);
            return true;
        }
        return false;
    }

    private void Divide(ReadOnlySpan<byte> line)
    {
        _fields.Clear();
        while (true)
        {
            int end = line is [(byte)'"', ..] ? AddQuoted(line) : AddPlain(line);
            if (end == line.Length) return;
            line = line[(end + 1)..];
        }
    }

    private int AddPlain(ReadOnlySpan<byte> line)
    {
        int end = line.IndexOf(Separator);
        if (end < 0) end = line.Length;
        _fields.Add(line[..end].ToArray());
        return end;
    }

    private int AddQuoted(ReadOnlySpan<byte> line)
    {
        var field = new List<byte>();
        int at = 1;
        while (at < line.Length)
        {
            if (line[at] != '"') field.Add(line[at++]);
            else if (at + 1 < line.Length && line[at + 1] == '"')
            {
                field.Add((byte)'"');
                at += 2;
            }
            else
            {
                at++;
                if (at < line.Length && line[at] != Separator) throw _lines.Problem($"something follows the closing quote of field {_fields.Count + 1}. Write two quotes for one inside a field.");
                _fields.Add([.. field]);
                return at;
            }
        }
        throw _lines.Problem($"the quote that opens field {_fields.Count + 1} is not closed in this line. Close it, or fetch the file again.");
    }
}
