using System.Globalization;
using System.Text;

namespace Rubato.Charts;

/// <summary>A row cut into cells of equal time, each of the kind that fills the most of it.</summary>
internal sealed class TimelineRaster
{
    private const int Nothing = -1;

    private readonly int[] _cells;

    /// <summary>Cuts a row.</summary>
    /// <param name="stretches">What happened, in any order.</param>
    /// <param name="cells">The number of cells.</param>
    /// <param name="kinds">The number of kinds.</param>
    /// <param name="seconds">The time that the cells make together; what is later is left out.</param>
    public TimelineRaster(IEnumerable<TimelineStretch> stretches, int cells, int kinds, double seconds)
    {
        var filled = new float[cells * kinds];
        foreach (TimelineStretch stretch in stretches)
        {
            double start = Math.Clamp(stretch.Start / seconds, 0, 1) * cells, end = Math.Clamp(stretch.End / seconds, 0, 1) * cells;
            for (int cell = (int)start; cell < cells && cell < end; cell++)
                filled[cell * kinds + stretch.Kind] += (float)(Math.Min(end, cell + 1) - Math.Max(start, cell));
        }
        _cells = new int[cells];
        for (int cell = 0; cell < cells; cell++)
        {
            Span<float> shares = filled.AsSpan(cell * kinds, kinds);
            int most = 0;
            for (int kind = 1; kind < kinds; kind++)
                if (shares[kind] > shares[most]) most = kind;
            _cells[cell] = shares[most] > 0 ? most : Nothing;
        }
    }

    /// <summary>Whether a kind is to be seen anywhere.</summary>
    public bool Has(int kind) => _cells.AsSpan().Contains(kind);

    /// <summary>The cells of a kind as an SVG path of horizontal lines at height 0, one unit a cell.</summary>
    public string PathOf(int kind)
    {
        var path = new StringBuilder();
        int pen = 0;
        for (int cell = 0; cell < _cells.Length; cell++)
        {
            if (_cells[cell] != kind) continue;
            int start = cell;
            while (cell + 1 < _cells.Length && _cells[cell + 1] == kind) cell++;
            int length = cell + 1 - start;
            path.Append(CultureInfo.InvariantCulture, $"m{start - pen} 0h{length}");
            pen = start + length;
        }
        return path.ToString();
    }
}
