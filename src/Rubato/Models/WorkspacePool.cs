namespace Rubato.Models;

/// <summary>Scratch memory of a model's concurrent calls: as many arrays as calls were ever under way at once. Thread-safe.</summary>
internal sealed class WorkspacePool
{
    private readonly Stack<float[]> _free = new();
    private readonly Lock _gate = new();

    /// <summary>An array of at least that length with undefined contents, the caller's own until it is returned.</summary>
    public float[] Rent(int length)
    {
        lock (_gate)
        {
            // One that is too small is dropped: batch sizes hardly ever change, and then the larger size soon rules.
            if (_free.TryPop(out float[]? found) && found.Length >= length) return found;
        }
        return GC.AllocateUninitializedArray<float>(length);
    }

    public void Return(float[] workspace)
    {
        lock (_gate) _free.Push(workspace);
    }
}
