using System.Globalization;
using Rubato.Numerics;

namespace Rubato.Strategies.Grouped;

/// <summary>Watches every worker's step times and divides the workers anew whenever that pays; from fully synchronous to as many groups as allowed, and back.</summary>
/// <remarks>
/// <para>A change must save a share of the expected time per useful update, because each one costs every worker the gradient that it is computing.
/// Whether one pays is asked after every P gradients. While the run's mean staleness is above the user's limit there is one group fewer after every window of
/// rounds, whether or not that pays.</para>
/// <para>State: the generation, the group of every worker, the patience with changes and the sums behind the mean staleness. Step times are measured anew
/// after a resume.</para>
/// </remarks>
/// <param name="workers">The number of workers (P).</param>
/// <param name="planner">Finds the best groups.</param>
/// <param name="initial">The group of every worker before anything was measured.</param>
/// <param name="stalenessLimit">The largest mean staleness of the samples applied so far.</param>
internal sealed class AdaptiveGrouping(int workers, GroupPlanner planner, int[] initial, int stalenessLimit) : GroupDirectory
{
    /// <summary>Step times remembered of every worker.</summary>
    public const int Window = 5;

    /// <summary>Step times of every worker that a choice needs.</summary>
    public const int FewestTimes = 3;

    /// <summary>The share of the time that more groups must save.</summary>
    public const double LeastGain = 0.03;

    /// <summary>The share of the time that fewer groups, which are fresher, must save.</summary>
    public const double LeastGainOfFewer = 0.005;

    /// <summary>Joining waits so many rounds after the last change, so that noise does not make groups come and go.</summary>
    public const int RoundsBeforeJoining = 2 * Window;

    /// <summary>Groups that stay for so many rounds, once they may change, were well chosen; else the next change must wait twice as long as the last.</summary>
    public const int RoundsThatLast = 4 * Window;

    /// <summary>No change waits for more rounds: one gradient in a hundred is what changes may cost.</summary>
    public const int LongestPatience = 100;

    private readonly double[] _times = new double[workers * Window];
    private readonly long[] _measured = new long[workers];
    private readonly bool[] _lost = new bool[workers];
    private readonly int[] _groupOf = [.. initial];
    private long _generation;
    private long _patience;   // rounds that the next change waits after the last
    private long _samples;    // applied
    private long _staleness;  // of all of them together
    private int _sinceAsked;
    private int _roundsSinceChange;

    /// <inheritdoc/>
    public override int Generation => (int)_generation;

    /// <inheritdoc/>
    public override IReadOnlyList<int> GroupOf => _groupOf;

    /// <inheritdoc/>
    public override void Record(int worker, double seconds)
    {
        _times[worker * Window + (int)(_measured[worker]++ % Window)] = seconds;
        _sinceAsked++;
    }

    /// <inheritdoc/>
    public override void Applied(int samples, long staleness) => (_samples, _staleness) = (_samples + samples, _staleness + samples * staleness);

    /// <inheritdoc/>
    public override void Lose(int worker) => _lost[worker] = true;

    /// <inheritdoc/>
    public override string? Consider()
    {
        if (_sinceAsked < workers) return null;
        _sinceAsked = 0;
        _roundsSinceChange++;
        double[]?[] times = [.. Enumerable.Range(0, workers).Select(TimesOf)];
        // Somebody has hardly been heard of yet: every choice would be a guess about it.
        if (times.Any(known => known is { Length: < FewestTimes }) || times.All(known => known is null)) return null;

        double now = _generation == 0 ? double.PositiveInfinity : planner.SecondsPerUsefulUpdate(times, _groupOf);
        int groups = _groupOf.Where((_, worker) => !_lost[worker]).Distinct().Count();
        // The last change gets a window of rounds to bring the mean down.
        bool isTooStale = _staleness > stalenessLimit * _samples && groups > 1, mustJoin = isTooStale && _generation > 0 && _roundsSinceChange >= Window;
        GroupPlan plan = planner.Best(times, mustJoin ? groups - 1 : isTooStale ? groups : int.MaxValue);
        if (mustJoin) return Change(plan, now, times);
        bool joins = _generation > 0 && plan.Groups < groups;
        if (plan.SecondsPerUsefulUpdate > (1 - (joins ? LeastGainOfFewer : LeastGain)) * now)
        {
            // A round in which no division looks better speaks for this one.
            if (_patience > 0) _patience--;
            return null;
        }
        if (_generation > 0 && _roundsSinceChange < (joins ? Math.Max(RoundsBeforeJoining, _patience) : _patience)) return null;
        // Where single steps are slow by chance, every window looks as if other groups were better, and the changes cost more than they save.
        if (_generation > 0) _patience = _roundsSinceChange < _patience + RoundsThatLast ? Math.Clamp(2 * _patience, Window, LongestPatience) : 0;
        return Change(plan, now, times);
    }

    /// <inheritdoc/>
    public override void VisitState(IStateVisitor visitor)
    {
        visitor.Counter("generation", ref _generation);
        visitor.Counter("patience", ref _patience);
        visitor.Counter("samples", ref _samples);
        visitor.Counter("staleness", ref _staleness);
        for (int worker = 0; worker < workers; worker++)
        {
            long group = _groupOf[worker];
            visitor.Counter($"group-{worker}", ref group);
            _groupOf[worker] = (int)group;
        }
    }

    // Oldest first, and equally many of everybody: those measured often lend their last ones to the comparison.
    private double[]? TimesOf(int worker)
    {
        if (_lost[worker]) return null;
        int fewest = (int)Math.Min(Window, Enumerable.Range(0, workers).Where(other => !_lost[other]).Min(other => _measured[other]));
        return [.. Enumerable.Range(0, fewest).Select(back => _times[worker * Window + (int)((_measured[worker] - fewest + back) % Window)])];
    }

    private string Change(GroupPlan plan, double now, double[]?[] times)
    {
        _roundsSinceChange = 0;
        plan.GroupOf.CopyTo(_groupOf, 0);
        _generation++;
        return Explain(plan, now, times);
    }

    private string Explain(GroupPlan plan, double now, double[]?[] times)
    {
        IEnumerable<string> groups = Enumerable.Range(0, plan.Groups).Select(group =>
        {
            double[][] members = [.. Enumerable.Range(0, workers).Where(worker => !_lost[worker] && plan.GroupOf[worker] == group).Select(worker => times[worker]!)];
            return string.Create(CultureInfo.InvariantCulture, $"{members.Length} × {1000 * members.Average(one => one.Average()):0.#} ms");
        });
        string before = double.IsInfinity(now) ? "not measured before" : string.Create(CultureInfo.InvariantCulture, $"{1000 * now:0.#} ms before");
        return string.Create(CultureInfo.InvariantCulture,
            $"generation {_generation}: {plan.Groups} group{(plan.Groups == 1 ? "" : "s")} ({string.Join(", ", groups)}), "
            + $"{1000 * plan.SecondsPerUsefulUpdate:0.#} ms per useful update, {before}, {plan.GradientsPerSecond:0.#} gradients a second, "
            + $"mean staleness {_staleness / Math.Max(1.0, _samples):0.##} of {stalenessLimit}");
    }
}
