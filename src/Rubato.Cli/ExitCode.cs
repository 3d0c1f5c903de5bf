namespace Rubato.Cli;

/// <summary>What the program's exit codes mean; scripts rely on them.</summary>
internal static class ExitCode
{
    /// <summary>Everything that was asked for is done.</summary>
    public const int Done = 0;

    /// <summary>The run began and failed.</summary>
    public const int RunFailed = 1;

    /// <summary>The request cannot be carried out as it was put.</summary>
    public const int WrongRequest = 2;

    /// <summary>The run ended without reaching the target accuracy.</summary>
    public const int TargetNotReached = 3;
}
