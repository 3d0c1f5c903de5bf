namespace Rubato.Data;

/// <summary>The lines of a text file as bytes, of bounded length, counted from 1.</summary>
internal sealed class TextLines(DataStream stream)
{
    public const int LongestLine = 1 << 24;

    private byte[] _buffer = new byte[1 << 16];
    private int _from, _to;
    private bool _ended;

    /// <summary>The number of the line last read.</summary>
    public int Number { get; private set; }

    /// <summary>Reads the next line without its end (LF or CRLF); valid until the next call.</summary>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_from + searched, _to - _from - searched).IndexOf((byte)'\n');
            if (length >= 0 || _ended)
            {
                bool isLine = length >= 0 || _to > _from;
                length = length >= 0 ? searched + length : _to - _from;
                line = _buffer.AsSpan(_from, length);
                _from = Math.Min(_to, _from + length + 1);
                if (line is [.., (byte)'\r']) line = line[..^1];
                if (isLine && ++Number == 1 && line.StartsWith("\uFEFF"u8)) line = line[3..];
                return isLine;
            }
            searched = _to - _from;
            if (searched > LongestLine)
                throw Problem(Number + 1, $"the line is longer than {LongestLine} bytes. Is it a text file?");
            Refill();
        }
    }

    /// <summary>An error in the line last read.</summary>
    public DataFormatException Problem(string problem) => Problem(Number, problem);

    private DataFormatException Problem(int line, string problem) => new(stream.Path, $"line {line}", problem);

    private void Refill()
    {
        _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
        (_from, _to) = (0, _to - _from);
        if (_to == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
        int read = stream.Read(_buffer.AsSpan(_to));
        _ended = read == 0;
        _to += read;
    }
}
