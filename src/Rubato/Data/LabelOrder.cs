namespace Rubato.Data;

/// <summary>Sorting samples by label and cutting the result evenly.</summary>
internal static class LabelOrder
{
    /// <summary>The samples by ascending label; samples of one label keep their order.</summary>
    public static int[] Sort(SampleSet set, ReadOnlySpan<int> samples)
    {
        int[] sorted = samples.ToArray();
        (int Label, int Place)[] keys = new (int, int)[sorted.Length];
        for (int i = 0; i < keys.Length; i++) keys[i] = (set.LabelOf(sorted[i]), i);
        Array.Sort(keys, sorted);
        return sorted;
    }

    /// <summary>The size of one of <paramref name="parts"/> parts whose sizes differ by one at most, the larger ones first.</summary>
    public static int EvenShare(int count, int parts, int part) => count / parts + (part < count % parts ? 1 : 0);
}
