using System.Diagnostics;

namespace Rubato.Tests.Transports.Mpi;

/// <summary>An installed mpirun and what it is started with; its tests are skipped where it is missing, unless RUBATO_REQUIRE_MPI is set.</summary>
internal sealed record MpiLauncherProcess(string Family, string Program, string[] Flags)
{
    /// <summary>Set where a missing Open MPI is a failure: in CI, which installs it.</summary>
    private const string RequireVariable = "RUBATO_REQUIRE_MPI";

    public const string OpenMpi = "open-mpi", Mpich = "mpich";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(110);

    /// <summary>Finds the launcher, or skips the test.</summary>
    public static MpiLauncherProcess Find(string family)
    {
        (string[] names, string mark, string[] flags) = family == OpenMpi
            ? (new[] { "mpirun.openmpi", "mpirun" }, "Open MPI", new[] { "--oversubscribe", "--bind-to", "none" })
            : (["mpirun.mpich", "mpiexec.hydra", "mpirun"], "HYDRA", Array.Empty<string>());
        string? found = names.Select(PathOf).FirstOrDefault(path => path is not null && VersionOf(path).Contains(mark, StringComparison.Ordinal));
        bool isRequired = family == OpenMpi && Environment.GetEnvironmentVariable(RequireVariable) is { Length: > 0 };
        if (found is null && isRequired) Assert.Fail($"{RequireVariable} is set, but no mpirun of {mark} is on the path. Install openmpi-bin.");
        Skip.If(found is null, $"No mpirun of {(family == OpenMpi ? "Open MPI" : "MPICH")} is on the path; install {(family == OpenMpi ? "openmpi-bin" : "mpich")} to run this test.");
        return new MpiLauncherProcess(family, found!, flags);
    }

    /// <summary>Runs a program of this build on so many ranks to its end.</summary>
    public async Task<(string Output, string Error, int Code)> RunAsync(int ranks, string assembly, string arguments, Action<string>? onErrorLine = null)
    {
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            ArgumentList = { "-n", $"{ranks}", "dotnet", Path.Combine(AppContext.BaseDirectory, assembly) },
        };
        foreach (string flag in Flags.Reverse()) start.ArgumentList.Insert(0, flag);
        foreach (string argument in arguments.Split(' ')) start.ArgumentList.Add(argument);
        // Containers run as root; two cores are shared by all ranks, whose first seconds a second compilation would take.
        foreach (string name in (string[])["OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"]) start.Environment[name] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        using Process process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = new List<string>();
            while (await process.StandardError.ReadLineAsync(deadline.Token) is { } line)
            {
                errors.Add(line);
                onErrorLine?.Invoke(line);
            }
            await process.WaitForExitAsync(deadline.Token);
            return (await output, string.Join('\n', errors), process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static string? PathOf(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string VersionOf(string path)
    {
        using Process process = Process.Start(new ProcessStartInfo(path, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }
}
