using System.ComponentModel;
using System.Diagnostics;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>A rank's process, as its launcher holds it: started with a briefing, watched, let go and at last killed.</summary>
/// <remarks>
/// Its standard input is the leash: when that closes, by <see cref="LetGo"/> or because the launcher is gone however it went, the rank ends by
/// itself. Disposal kills the process if it still runs.
/// </remarks>
internal sealed class RankChild : IDisposable
{
    private const int LastLines = 12;

    // A process that has ended may have left its standard error open in one of its own children.
    private static readonly TimeSpan TimeForLastWords = TimeSpan.FromMilliseconds(250);
    private readonly Process _process;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastLines = new();

    private RankChild(string name, Process process, TimeProvider time)
    {
        Name = name;
        _process = process;
        process.Exited += (_, _) => _gone.TrySetResult();
        process.EnableRaisingEvents = true;
        process.ErrorDataReceived += (_, line) => Remember(line.Data);
        // Standard output belongs to the launcher's result; whatever a rank writes there is kept as its last words too.
        process.OutputDataReceived += (_, line) => Remember(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        Exited = WaitAsync(time);
    }

    /// <summary>The rank's name.</summary>
    public string Name { get; }

    /// <summary>The process's number.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Completes when the process has ended; never fails.</summary>
    public Task<RankExit> Exited { get; }

    /// <summary>Starts a process and briefs it.</summary>
    /// <exception cref="InvalidRequestException">The program cannot be started.</exception>
    public static RankChild Start(string name, IReadOnlyList<string> command, IEnumerable<KeyValuePair<string, string?>> environment, RankBriefing briefing, TimeProvider time)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string key, string? value) in environment)
        {
            if (value is null) start.Environment.Remove(key);
            else start.Environment[key] = value;
        }
        RankChild child;
        try
        {
            child = new RankChild(name, Process.Start(start) ?? throw new InvalidOperationException($"{name} was not started anew."), time);
        }
        catch (Win32Exception failure)
        {
            throw new InvalidRequestException($"{name} cannot be started as '{string.Join(' ', command)}': {failure.Message}. Use --on threads.", failure);
        }
        child.Tell(briefing.ToText());
        return child;
    }

    /// <summary>Closes its standard input: the rank ends at once, whatever it does.</summary>
    public void LetGo()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A pipe that breaks while it is closed belongs to a process that is gone already.
        }
    }

    /// <summary>Ends it without asking.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It was faster than we were.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Tell(string text)
    {
        try
        {
            _process.StandardInput.Write(text);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It ended before it heard; Exited says how.
        }
    }

    private async Task<RankExit> WaitAsync(TimeProvider time)
    {
        await _gone.Task;
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeForLastWords, time);
        }
        catch (TimeoutException)
        {
            // What has been read by now must do.
        }
        lock (_lastLines) return new RankExit(Name, _process.ExitCode, string.Join('\n', _lastLines));
    }

    private void Remember(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > LastLines) _lastLines.Dequeue();
        }
    }
}
