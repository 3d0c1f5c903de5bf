namespace Rubato.Training;

/// <summary>The door through which a run directory changes the disk, so that tests can make any single write fail.</summary>
internal class FileStore
{
    /// <summary>The real disk.</summary>
    public static FileStore Disk { get; } = new();

    /// <summary>Opens a new or emptied file for writing.</summary>
    public virtual Stream Create(string path) => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);

    /// <summary>Opens a file for writing at its end.</summary>
    public virtual Stream Append(string path) => new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);

    /// <summary>Returns when the file's bytes are on the disk, not only in the system's cache.</summary>
    public virtual void FlushToDisk(Stream file) => ((FileStream)file).Flush(flushToDisk: true);

    /// <summary>Returns when the directory's entries are on the disk.</summary>
    public virtual void FlushDirectory(string path) => DirectorySync.Flush(path);

    /// <summary>Makes a directory and those above it.</summary>
    public virtual void CreateDirectory(string path) => Directory.CreateDirectory(path);

    /// <summary>Gives a file another name in one step, replacing what had that name.</summary>
    public virtual void MoveFile(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Gives a directory another name in one step.</summary>
    public virtual void MoveDirectory(string from, string to) => Directory.Move(from, to);

    /// <summary>Deletes a directory with all that is in it, if it exists.</summary>
    public virtual void DeleteDirectory(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    /// <summary>Deletes a file, if it exists.</summary>
    public virtual void DeleteFile(string path) => File.Delete(path);

    /// <summary>Writes a file under a temporary name, flushes it to disk and renames it: readers see the old file or the new one, whole.</summary>
    public void Replace(string path, Action<Stream> write)
    {
        string temporary = path + ".tmp";
        using (Stream file = Create(temporary))
        {
            write(file);
            FlushToDisk(file);
        }
        MoveFile(temporary, path);
    }
}
