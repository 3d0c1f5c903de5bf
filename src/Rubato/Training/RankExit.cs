namespace Rubato.Training;

/// <summary>How a rank's process ended.</summary>
/// <param name="Name">The rank's name: <c>worker 3</c>.</param>
/// <param name="Code">Its exit code; 128 + n stands for signal n.</param>
/// <param name="LastWords">The end of what it wrote to standard error.</param>
internal sealed record RankExit(string Name, int Code, string LastWords)
{
    /// <summary>The rank did what it was asked.</summary>
    public const int Done = 0;

    /// <summary>The rank failed and told the conductor why.</summary>
    public const int Failed = 1;

    /// <summary>The job cannot be carried out as it was put.</summary>
    public const int WrongRequest = 2;

    /// <summary>The rank was well, but the run was ended elsewhere.</summary>
    public const int Ended = 3;

    /// <summary>The launcher is gone.</summary>
    public const int Orphaned = 4;

    /// <summary>The rank failed before it could talk to the conductor.</summary>
    public const int FailedAlone = 5;

    private static readonly Dictionary<int, string> SignalNames = new()
    {
        [1] = "SIGHUP",
        [2] = "SIGINT",
        [3] = "SIGQUIT",
        [4] = "SIGILL",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [9] = "SIGKILL, by hand or by a machine that ran out of memory",
        [11] = "SIGSEGV",
        [13] = "SIGPIPE",
        [15] = "SIGTERM",
    };

    /// <summary>Whether the process ended for a reason that the conductor cannot know.</summary>
    public bool IsNews => Code is not (Done or Failed or Ended or Orphaned);

    /// <summary>What happened, without the name: <c>was killed by signal 9 (SIGKILL)</c>.</summary>
    public string Fate
    {
        get
        {
            string how = Code switch
            {
                _ when SignalNames.TryGetValue(Code - 128, out string? signal) => $"was killed by signal {Code - 128} ({signal})",
                Done => "ended before the run did",
                Ended => "ended because the run was ended",
                Orphaned => "ended because its launcher was gone",
                _ => $"ended with exit code {Code}",
            };
            return LastWords.Length == 0 ? how : $"{how}: {LastWords}";
        }
    }

    /// <summary>What happened, as a sentence without its full stop: <c>worker 3 was killed by signal 9 (SIGKILL)</c>.</summary>
    public override string ToString() => $"{Name} {Fate}";
}
