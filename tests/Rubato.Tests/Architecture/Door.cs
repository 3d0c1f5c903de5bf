namespace Rubato.Tests.Architecture;

/// <summary>A door to the outside that only some folders may open.</summary>
/// <param name="Name">What it leads to.</param>
/// <param name="Types">Full names of types, any use of which opens it; a trailing dot stands for all names that begin so.</param>
/// <param name="Members">Full names of members that open it.</param>
/// <param name="Folders">The folders that may.</param>
/// <param name="Instead">What the others do instead.</param>
internal sealed record Door(string Name, string[] Types, string[] Members, string[] Folders, string Instead)
{
    /// <summary>The doors that the compiler's banned-symbol list does not already guard in every folder.</summary>
    public static IReadOnlyList<Door> All { get; } =
    [
        new("the file system",
            ["System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo",
                "System.IO.FileSystemInfo", "System.IO.DriveInfo", "System.IO.RandomAccess", "System.IO.FileSystemWatcher", "System.IO.MemoryMappedFiles."],
            [], ["Data", "Training"], "take a stream, or hand the value up to Training"),
        new("the console", ["System.Console"], [], [], "report through IProgress or the RunReport"),
        new("threads",
            ["System.Threading.Thread", "System.Threading.ThreadPool", "System.Threading.Tasks.Parallel", "System.ComponentModel.BackgroundWorker"],
            ["System.Threading.Tasks.Task.Run", "System.Threading.Tasks.TaskFactory.StartNew"],
            ["Training", "Transports", "Simulation", "Studies"], "stay on the rank's event loop"),
        new("processes", ["System.Diagnostics.Process", "System.Diagnostics.ProcessStartInfo"], [], ["Training"], "leave processes to the processes world"),
        new("the environment", [],
            ["System.Environment.GetEnvironmentVariable", "System.Environment.GetEnvironmentVariables", "System.Environment.Exit"],
            ["Data", "Training"], "take the value as an argument"),
        new("undrawn randomness", ["System.Random"], ["System.Guid.NewGuid"], [],
            "draw from a named, seeded RandomStream"),
    ];

    /// <summary>The uses that open the door from outside its folders.</summary>
    public IEnumerable<string> Violations(FolderRules rules, IEnumerable<TypeUse> uses) =>
        uses.Where(use => rules.FolderOf(use.UserNamespace) is { } folder && !Folders.Contains(folder) && IsOpenedBy(use))
            .Select(use => $"{use}: {Name} is closed to {rules.FolderOf(use.UserNamespace)}; {Instead}");

    private bool IsOpenedBy(TypeUse use)
    {
        string type = $"{use.UsedNamespace}.{use.Used}";
        return Types.Any(banned => banned.EndsWith('.') ? type.StartsWith(banned, StringComparison.Ordinal) : type == banned)
            || (use.Member is not null && Members.Contains(use.Target));
    }
}
