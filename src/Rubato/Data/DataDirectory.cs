using Rubato.Configuration;

namespace Rubato.Data;

/// <summary>The folder that data files are fetched into and read from, with one sub-folder a data set.</summary>
public static class DataDirectory
{
    /// <summary>The environment variable that names the folder where no argument does.</summary>
    public const string Variable = "RUBATO_DATA";

    /// <summary>The given folder, or else the one that <see cref="Variable"/> names, or else <c>rubato/data</c> in the user's local application data.</summary>
    /// <exception cref="InvalidRequestException">No folder is given and the platform knows none.</exception>
    public static string Resolve(string? given) => Resolve(given, Environment.GetEnvironmentVariable);

    internal static string Resolve(string? given, Func<string, string?> variable)
    {
        if (!string.IsNullOrEmpty(given)) return given;
        if (variable(Variable) is { Length: > 0 } named) return named;
        string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return local.Length > 0
            ? Path.Combine(local, "rubato", "data")
            : throw new InvalidRequestException($"This account has no folder for application data. Name one with --data-dir DIR or the environment variable {Variable}.");
    }
}
