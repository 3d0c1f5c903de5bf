using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Rubato.Configuration;

namespace Rubato.Cli.Commands;

/// <summary>What is wrong with a command line, in Rubato's own words: the value, the limit and the fix.</summary>
internal static class RequestErrors
{
    /// <summary>The first error, null when the line can be run.</summary>
    public static string? In(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string help = $" See '{PathOf(parsed.CommandResult)} --help'.";
        // A mistyped flag behind values would otherwise be taken for a value.
        Token? flag = parsed.CommandResult.Children.SelectMany(child => child.Tokens)
            .FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal));
        if (flag is not null) return Unknown(flag.Value, command) + help;
        if (parsed.Errors.Count == 0) return null;
        if (parsed.UnmatchedTokens is [var unknown, ..]) return Unknown(unknown, command) + help;
        // What was not given stands there with its default, and without a token.
        foreach (OptionResult option in parsed.CommandResult.Children.OfType<OptionResult>().Where(option => !option.Implicit))
        {
            string name = option.Option.Name;
            if (option.Tokens.Count < option.Option.Arity.MinimumNumberOfValues)
                return $"The flag '{name}' has no value. Write {name} {option.Option.HelpName ?? "VALUE"}." + help;
            if (option.IdentifierTokenCount > 1 && option.Option.Arity.MaximumNumberOfValues == 1)
                return $"The flag '{name}' stands {option.IdentifierTokenCount} times, but it has one value. Keep one." + help;
            if (parsed.Errors.Any(error => error.SymbolResult == option))
                return $"The flag '{name}' has the value '{option.Tokens[0].Value}', which is not {Wanted(option.Option)}." + help;
        }
        return (Missing(parsed.CommandResult) ?? parsed.Errors[0].Message) + help;
    }

    private static string Wanted(Option option)
    {
        string kind = option.ValueType switch
        {
            var type when type == typeof(int) => $"a whole number up to {int.MaxValue}",
            var type when type == typeof(long) => $"a whole number up to {long.MaxValue}",
            var type when type == typeof(ulong) => $"a whole number from 0 to {ulong.MaxValue}",
            _ => "a number",
        };
        return option.HasDefaultValue ? $"{kind}. Write {option.Name} {option.GetDefaultValue()}, for example" : kind;
    }

    private static string? Missing(CommandResult result)
    {
        string path = PathOf(result);
        if (result.Children.OfType<ArgumentResult>().FirstOrDefault(one => one.Tokens.Count < one.Argument.Arity.MinimumNumberOfValues) is { Argument: var argument })
            return $"'{path}' wants {argument.Description}. Write {path} {argument.GetCompletions(CompletionContext.Empty).FirstOrDefault()?.Label ?? argument.HelpName}, for example.";
        string[] commands = [.. result.Command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name)];
        return commands.Length > 1 ? $"'{path}' wants a command: {string.Join(", ", commands[..^1])} or {commands[^1]}. Write {path} {commands[0]}, for example." : null;
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult outer ? $"{PathOf(outer)} {command.Command.Name}" : "rubato";

    private static string Unknown(string token, Command command)
    {
        if (token.StartsWith('-'))
        {
            string name = token.Split('=')[0];
            string[] flags = [.. command.Options.Where(option => !option.Hidden).Select(option => option.Name)];
            string? nearest = NearestName.Find(name, flags);
            return $"'{command.Name}' has no flag '{name}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}";
        }
        string[] commands = [.. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name)];
        return commands.Length > 0
            ? $"There is no command '{token}'.{NearestName.Suggest(token, commands)}"
            : $"'{command.Name}' does not know what to do with '{token}'. Values follow their flag: --workers 8, for example.";
    }
}
