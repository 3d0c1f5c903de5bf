using System.CommandLine;

namespace Rubato.Cli.Commands;

/// <summary>The flags that say what is shown; they change nothing about the job.</summary>
internal sealed class OutputFlags
{
    private readonly Option<bool> _json = new("--json") { Description = "one line of JSON, the last on standard output; tables go to standard error" };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "no progress" };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_json);
        command.Add(_quiet);
    }

    /// <summary>Whether the result is wanted as JSON.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Whether progress is unwanted.</summary>
    public bool Quiet(ParseResult parsed) => parsed.GetValue(_quiet);
}
