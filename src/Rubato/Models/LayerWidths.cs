using System.Globalization;

namespace Rubato.Models;

/// <summary>Reads lists of layer widths as options write them: <c>256x128</c>.</summary>
internal static class LayerWidths
{
    private const int Largest = 65_536;

    /// <summary>The widths, in order; an empty list for <c>none</c>.</summary>
    /// <exception cref="ArgumentException">The text is no such list; option records turn this into a refused request.</exception>
    public static IReadOnlyList<int> Parse(string text, string property, bool allowNone)
    {
        if (allowNone && text == "none") return [];
        string[] parts = text.Split('x');
        var widths = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out widths[i]) || widths[i] is < 1 or > Largest)
            {
                throw new ArgumentException(
                    $"The widths are '{text}', but they must be whole numbers from 1 to {Largest} joined by 'x'{(allowNone ? ", or 'none'" : "")}. Use 256x128, for example.", property);
            }
        }
        return widths;
    }
}
