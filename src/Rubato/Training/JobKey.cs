using System.Globalization;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>One key of a job: a line of the job file and a flag of the command line, for one property of <see cref="TrainingJob"/>.</summary>
public sealed class JobKey
{
    private readonly Func<TrainingJob, string, TrainingJob> _set;
    private readonly Func<TrainingJob, IEnumerable<string>> _write;
    private readonly Func<TrainingJob, TrainingJob>? _clear;

    private JobKey(
        string name, string valueForm, string summary, bool isRepeatable, Type type,
        Func<TrainingJob, string, TrainingJob> set, Func<TrainingJob, IEnumerable<string>> write, Func<TrainingJob, TrainingJob>? clear)
    {
        (Name, ValueForm, Summary, IsRepeatable) = (name, valueForm, summary, isRepeatable);
        (_set, _write, _clear) = (set, write, clear);
        IsLiteral = type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(ulong) || type == typeof(double);
    }

    /// <summary>The key, in kebab case: <c>batch-size</c> in the file, <c>--batch-size</c> on the command line.</summary>
    public string Name { get; }

    /// <summary>The form of its value, for help texts: <c>N</c>, <c>NAME[:key=value,…]</c>.</summary>
    public string ValueForm { get; }

    /// <summary>One line of help.</summary>
    public string Summary { get; }

    /// <summary>Whether the flag may stand several times, and the file hold a list.</summary>
    public bool IsRepeatable { get; }

    /// <summary>Whether the value can be taken away: by <c>none</c>, or by an empty text where the value is a path.</summary>
    public bool IsOptional => _clear is not null;

    /// <summary>Whether JSON writes the value bare, as a number or a truth value.</summary>
    internal bool IsLiteral { get; }

    /// <summary>The job with this key's property set from text; a repeatable key's value is added to those there are.</summary>
    /// <exception cref="InvalidRequestException">The value does not read, or the property refuses it.</exception>
    internal TrainingJob Set(TrainingJob job, string text)
    {
        try
        {
            return _set(job, text.Trim());
        }
        catch (ArgumentException refusal)
        {
            throw Refusal(refusal, $"--{Name} {text}");
        }
        catch (FormatException unreadable)
        {
            throw new InvalidRequestException($"The value of '{Name}' is '{text}', which {unreadable.Message}", unreadable);
        }
    }

    /// <summary>The job without this key's value.</summary>
    internal TrainingJob Clear(TrainingJob job) => _clear is { } clear
        ? clear(job)
        : throw new InvalidRequestException($"The key '{Name}' has no value, but it needs one. Write {Name}: {ValueForm}, or leave it out.");

    /// <summary>The property's values as <see cref="Set"/> reads them; none where it has no value.</summary>
    internal IEnumerable<string> Write(TrainingJob job) => _write(job);

    /// <summary>What a property's refusal says, without what <see cref="ArgumentException"/> adds to it.</summary>
    internal static InvalidRequestException Refusal(ArgumentException refusal, string context) =>
        new($"{refusal.Message.Split(" (Parameter", 2)[0].Split('\n')[0]} (in {context})", refusal);

    /// <summary>A key whose property always has a value.</summary>
    internal static JobKey Of<T>(
        string name, string valueForm, string summary, Func<string, T> read, Func<TrainingJob, T, TrainingJob> set, Func<TrainingJob, T> get)
        where T : notnull =>
        new(name, valueForm, summary, false, typeof(T), (job, text) => set(job, read(text)), job => [Text(get(job))], null);

    /// <summary>A key whose property may be null.</summary>
    internal static JobKey Optional<T>(
        string name, string valueForm, string summary, Func<string, T> read, Func<TrainingJob, T?, TrainingJob> set, Func<TrainingJob, T?> get)
        where T : struct =>
        new(name, valueForm, summary, false, typeof(T), (job, text) => set(job, text == "none" ? null : read(text)),
            job => get(job) is { } value ? [Text(value)] : [], job => set(job, null));

    /// <summary>A key whose property is an object or null.</summary>
    internal static JobKey OptionalChoice<T>(
        string name, string valueForm, string summary, Func<string, T> read, Func<TrainingJob, T?, TrainingJob> set, Func<TrainingJob, T?> get)
        where T : class =>
        new(name, valueForm, summary, false, typeof(T), (job, text) => set(job, text == "none" ? null : read(text)),
            job => get(job) is { } value ? [Text(value)] : [], job => set(job, null));

    /// <summary>A key whose property is a path or null.</summary>
    internal static JobKey OptionalPath(
        string name, string valueForm, string summary, Func<TrainingJob, string?, TrainingJob> set, Func<TrainingJob, string?> get) =>
        new(name, valueForm, summary, false, typeof(string), (job, text) => set(job, text.Length == 0 ? null : text),
            job => get(job) is { } value ? [value] : [], job => set(job, null));

    /// <summary>A key whose property is a list.</summary>
    internal static JobKey Repeated<T>(
        string name, string valueForm, string summary, Func<string, T> read,
        Func<TrainingJob, IReadOnlyList<T>, TrainingJob> set, Func<TrainingJob, IReadOnlyList<T>> get) where T : notnull =>
        new(name, valueForm, summary, true, typeof(T), (job, text) => set(job, text == "none" ? [] : [.. get(job), read(text)]),
            job => get(job).Select(item => Text(item)), job => set(job, []));

    private static string Text(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        Enum choice => choice.ToString().ToLowerInvariant(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
