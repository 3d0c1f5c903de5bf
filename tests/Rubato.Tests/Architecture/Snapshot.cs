namespace Rubato.Tests.Architecture;

/// <summary>Compares text with a file of the source tree; <c>RUBATO_ACCEPT=1</c> rewrites the file instead.</summary>
internal static class Snapshot
{
    /// <summary>Fails, naming the first different line and the way to accept it, unless the file holds exactly this text.</summary>
    /// <param name="actual">The text as it is now.</param>
    /// <param name="file">The expected text's file from the root of the repository, with forward slashes.</param>
    public static void Verify(string actual, string file)
    {
        string path = Repository.PathOf(file);
        actual = actual.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("RUBATO_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }
        string expected = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (expected == actual) return;
        string[] was = expected.Split('\n'), now = actual.Split('\n');
        int line = 0;
        while (line < was.Length && line < now.Length && was[line] == now[line]) line++;
        Assert.Fail(
            $"{file} differs from line {line + 1} on.\n  expected: {was.ElementAtOrDefault(line) ?? "(end)"}\n  now:      {now.ElementAtOrDefault(line) ?? "(end)"}\n"
            + "If the change is meant, accept it with `RUBATO_ACCEPT=1 dotnet test` and look at the file's diff before you commit it.\n"
            + $"The whole text now:\n{actual}");
    }
}
