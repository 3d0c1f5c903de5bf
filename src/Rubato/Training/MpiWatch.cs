using System.Diagnostics;

namespace Rubato.Training;

/// <summary>Sees that ranks of the same machine are gone, of which MPI itself says nothing.</summary>
/// <remarks>
/// Each rank watches the next one of its machine that lives, around a ring. Launchers usually end a job that loses a rank by themselves; this is for
/// those that do not, and for the name of the rank, which not all of them tell. A process that cannot be seen from here (ranks in
/// containers of their own) is not watched.
/// </remarks>
internal sealed class MpiWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<MpiPlace> _places;
    private readonly int[] _ring;
    private readonly HashSet<int> _told = [];
    private readonly Action<int, string> _lost;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;

    /// <summary>Begins to watch.</summary>
    /// <param name="rank">This rank.</param>
    /// <param name="places">Where all ranks live.</param>
    /// <param name="lost">Is told of each rank once, with the reason, on an arbitrary thread.</param>
    /// <param name="time">The clock.</param>
    public MpiWatch(int rank, IReadOnlyList<MpiPlace> places, Action<int, string> lost, TimeProvider time)
    {
        (_places, _lost) = (places, lost);
        // The other ranks of this machine, beginning with the next one.
        _ring = [.. Enumerable.Range(1, places.Count - 1).Select(step => (rank + step) % places.Count)
            .Where(other => places[other].Host == places[rank].Host && IsAlive(places[other].ProcessId))];
        _timer = time.CreateTimer(_ => LookAtNext(), null, Interval, Interval);
    }

    /// <summary>Looks at all ranks of this machine at once.</summary>
    public void Look()
    {
        foreach (int other in _ring) TellIfGone(other);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void LookAtNext()
    {
        foreach (int other in _ring)
            if (!TellIfGone(other)) return;
    }

    private bool TellIfGone(int other)
    {
        if (IsAlive(_places[other].ProcessId)) return false;
        lock (_gate)
            if (!_told.Add(other)) return true;
        _lost(other, $"MPI rank {other}, process {_places[other].ProcessId} on {_places[other].Host}, is gone");
        return true;
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
