using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>All rank processes of one run: started together, watched together, and ended together in three ever less polite steps.</summary>
/// <remarks>Disposal waits until every process has ended, at most twice the patience given and what the system needs to kill.</remarks>
internal sealed class RankFleet(TimeProvider time, TimeSpan patience) : IAsyncDisposable
{
    private readonly List<RankChild> _children = [];
    private readonly List<RankExit> _exits = [];
    private readonly HashSet<RankChild> _hung = [];
    private readonly TaskCompletionSource<RankExit> _firstExit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstNews = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The processes' numbers, by endpoint.</summary>
    public IReadOnlyList<int> ProcessIds => [.. _children.Select(child => child.ProcessId)];

    /// <summary>Completes with the first exit of any process.</summary>
    public Task<RankExit> FirstExit => _firstExit.Task;

    /// <summary>Starts one more process.</summary>
    /// <exception cref="InvalidRequestException">The program cannot be started.</exception>
    public void Start(string name, IReadOnlyList<string> command, IEnumerable<KeyValuePair<string, string?>> environment, RankBriefing briefing)
    {
        RankChild child = RankChild.Start(name, command, environment, briefing, time);
        _children.Add(child);
        _ = RecordAsync(child);
    }

    /// <summary>The first exit that explains a failed run better than the conductor can, once exits had a moment to become known; null if none does.</summary>
    public async Task<RankExit?> FindCauseAsync()
    {
        await Task.WhenAny(_firstNews.Task, HaveEndedAsync());
        lock (_exits) return _exits.FirstOrDefault(exit => exit.IsNews);
    }

    /// <summary>How the process of that name ended, if it has, and for a reason that the conductor cannot know.</summary>
    public RankExit? NewsOf(string name)
    {
        lock (_exits) return _exits.FirstOrDefault(exit => exit.Name == name && exit.IsNews);
    }

    /// <summary>Lets every process go: those that still run end at once.</summary>
    public void LetGo()
    {
        foreach (RankChild child in _children) child.LetGo();
    }

    /// <summary>Kills processes that no longer answer; how they end is then no news.</summary>
    /// <param name="ranks">Their endpoints.</param>
    public void KillHung(IEnumerable<int> ranks)
    {
        foreach (int rank in ranks)
        {
            lock (_exits) _hung.Add(_children[rank]);
            _children[rank].Kill();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A run that is over ends its ranks by itself; then the leash; then force.
        if (!await HaveEndedAsync())
        {
            LetGo();
            if (!await HaveEndedAsync())
            {
                foreach (RankChild child in _children) child.Kill();
                await Task.WhenAll(_children.Select(child => child.Exited));
            }
        }
        foreach (RankChild child in _children) child.Dispose();
    }

    private async Task<bool> HaveEndedAsync()
    {
        try
        {
            await Task.WhenAll(_children.Select(child => child.Exited)).WaitAsync(patience, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task RecordAsync(RankChild child)
    {
        RankExit exit = await child.Exited;
        bool wasHung;
        lock (_exits)
        {
            wasHung = _hung.Contains(child);
            if (!wasHung) _exits.Add(exit);
        }
        _firstExit.TrySetResult(exit);
        if (exit.IsNews && !wasHung) _firstNews.TrySetResult();
    }
}
