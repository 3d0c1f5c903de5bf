namespace Rubato.Training;

/// <summary>A folder for the run directories of jobs that nobody wants to keep; it goes with its owner.</summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("rubato-").FullName;

    /// <summary>Deletes the folder with everything in it.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
