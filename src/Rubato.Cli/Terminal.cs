using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli;

/// <summary>The program's two outputs: results on standard output, progress and errors on standard error.</summary>
/// <remarks>Only <c>Program.cs</c> makes one from the console; tests make one from string writers.</remarks>
internal sealed class Terminal
{
    // Files and pipes have no width; tables are laid out for this many columns there.
    private const int PlainWidth = 120;

    private readonly IAnsiConsole _output;
    private readonly IAnsiConsole _error;

    /// <summary>Creates a terminal over two writers, each either an interactive terminal or plain text.</summary>
    public Terminal(TextWriter output, bool outputIsLive, TextWriter error, bool errorIsLive)
    {
        (Output, Error, ErrorIsLive) = (output, error, errorIsLive);
        _output = ConsoleOn(output, outputIsLive);
        _error = ConsoleOn(error, errorIsLive);
    }

    /// <summary>Standard output, for text that must not be wrapped (JSON, YAML).</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error, for text that must not be wrapped (messages).</summary>
    public TextWriter Error { get; }

    /// <summary>Whether standard error can redraw its lines.</summary>
    public bool ErrorIsLive { get; }

    /// <summary>Standard error as a console on which a display can be redrawn in place.</summary>
    public IAnsiConsole LiveError => _error;

    /// <summary>Lays a result out on standard output, or on standard error where standard output is kept for JSON.</summary>
    public void Write(IRenderable renderable, bool toError = false)
    {
        IAnsiConsole console = toError ? _error : _output;
        console.Write(renderable);
    }

    /// <summary>Writes a line as it is, without wrapping it, where <see cref="Write"/> writes.</summary>
    public void WriteLine(string line, bool toError = false) => (toError ? Error : Output).WriteLine(line);

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool isLive)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isLive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isLive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isLive ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isLive) console.Profile.Width = PlainWidth;
        return console;
    }
}
