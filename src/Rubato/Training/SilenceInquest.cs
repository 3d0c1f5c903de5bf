namespace Rubato.Training;

/// <summary>Finds out whose silence it was when ranks wait in vain: for the one that hangs, or for each other behind it.</summary>
internal sealed class SilenceInquest
{
    private readonly List<SilenceReport> _reports = [];
    private readonly SortedSet<int> _answered = [];

    /// <summary>The first report; null while there is none.</summary>
    public SilenceReport? First => _reports.FirstOrDefault();

    /// <summary>A rank waited in vain.</summary>
    public void Take(SilenceReport report) => _reports.Add(report);

    /// <summary>A rank has answered the conductor's question.</summary>
    public void TakeAnswer(int rank) => _answered.Add(rank);

    /// <summary>The conductor asks anew.</summary>
    public void ForgetAnswers() => _answered.Clear();

    /// <summary>The ranks that somebody waited for, each once.</summary>
    public IEnumerable<int> WaitedFor() => _reports.Select(report => report.WaitedFor).Distinct();

    /// <summary>Those of the live ranks that neither reported anything nor answered the conductor.</summary>
    public IEnumerable<int> Unanswered(IEnumerable<int> live) => live.Where(rank => !_answered.Contains(rank) && !HasReported(rank));

    /// <summary>
    /// Whom to blame, in rank order: ranks that were waited for and are deaf to the conductor too; else any that are deaf, for which the
    /// others were waited for in turn; else those that were waited for and did not wait themselves. None if all waited for each other.
    /// </summary>
    public int[] Culprits(IEnumerable<int> live)
    {
        int[] candidates = [.. live.Order()];
        int[] waitedFor = [.. WaitedFor().Where(rank => candidates.Contains(rank) && !HasReported(rank)).Order()];
        int[] deaf = [.. Unanswered(candidates)];
        if (deaf.Length == 0) return waitedFor;
        int[] both = [.. deaf.Intersect(waitedFor)];
        return both.Length > 0 ? both : deaf;
    }

    /// <summary>The first report of one that waited for any of these ranks; null when nobody did.</summary>
    public SilenceReport? WitnessAgainst(IReadOnlyCollection<int> ranks) => _reports.FirstOrDefault(report => ranks.Contains(report.WaitedFor));

    /// <summary>What the run failed with: who is to blame, whether it was deaf too, and who noticed.</summary>
    public string Accuse(int[] culprits, IReadOnlyCollection<int> silent, Func<int, string> nameOf)
    {
        SilenceReport witness = WitnessAgainst(culprits) ?? _reports[0];
        string names = string.Join(", ", culprits.Select(nameOf)), them = culprits.Length == 1 ? "it" : "they";
        string whom = silent.Contains(culprits[0])
            ? $", not even the conductor: {them} hung, or the machine did"
            : $", although {them} still talked to the conductor";
        return $"{RunFailures.Capital(names)} {(culprits.Length == 1 ? "has" : "have")} not answered for {witness.Waited.TotalSeconds:0.#} s{whom}. "
            + $"{RunFailures.Capital(nameOf(witness.Reporter))} noticed: {witness.Error}";
    }

    private bool HasReported(int rank) => _reports.Any(report => report.Reporter == rank);
}
