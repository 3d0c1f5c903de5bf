using System.Globalization;
using Rubato.Transports.Mpi;

namespace Rubato.Tests.Transports.Mpi;

public sealed class HugePagesTests
{
    private const string Setting = "/sys/kernel/mm/transparent_hugepage/enabled";

    [SkippableFact]
    public void AskFor_marks_the_memory_of_a_long_vector_and_leaves_its_elements()
    {
        Skip.IfNot(File.Exists(Setting), $"This kernel has no transparent huge pages: there is no {Setting}.");
        float[] vector = [.. Enumerable.Range(0, 3_000_001).Select(i => (float)i)];

        Assert.True(AskFor(vector), "The kernel does not list the middle of the vector as memory that may lie in huge pages.");

        Assert.Equal(Enumerable.Range(0, vector.Length).Select(i => (float)i), vector);
    }

    private static unsafe bool AskFor(float[] vector)
    {
        fixed (float* memory = vector)
        {
            HugePages.AskFor(memory, (nint)vector.Length * sizeof(float));
            return IsMarked((nint)(memory + vector.Length / 2));
        }
    }

    // The flag "hg" of the mapping that holds an address.
    private static bool IsMarked(nint address)
    {
        bool isInside = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] == "VmFlags:" && isInside) return words.Contains("hg");
            string[] ends = words[0].Split('-');
            if (ends.Length == 2 && nint.TryParse(ends[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nint start)
                && nint.TryParse(ends[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out nint end))
                isInside = start <= address && address < end;
        }
        return false;
    }
}
