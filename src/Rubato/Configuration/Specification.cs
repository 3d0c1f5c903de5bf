using System.Diagnostics.CodeAnalysis;

namespace Rubato.Configuration;

/// <summary>A named choice with options as it is written in flags and job files: <c>name</c> or <c>name:key=value,key=value</c>.</summary>
/// <remarks>Equality and <see cref="ToString"/> use the canonical form, with keys in ordinal order.</remarks>
public sealed class Specification : IParsable<Specification>, IEquatable<Specification>
{
    private readonly SortedDictionary<string, string> _options;

    /// <summary>Creates a specification from a name and its options.</summary>
    public Specification(string name, IEnumerable<KeyValuePair<string, string>>? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        _options = new(StringComparer.Ordinal);
        foreach (KeyValuePair<string, string> option in options ?? []) _options.Add(option.Key, option.Value);
    }

    /// <summary>The chosen name, for example <c>grouped</c>.</summary>
    public string Name { get; }

    /// <summary>The options as written, by key in ordinal order.</summary>
    public IReadOnlyDictionary<string, string> Options => _options;

    /// <summary>This specification with one option set or replaced.</summary>
    public Specification With(string key, string value) =>
        new(Name, _options.Where(option => option.Key != key).Append(new(key, value)));

    /// <summary>Reads <c>name[:key=value,…]</c>.</summary>
    /// <exception cref="InvalidRequestException">The text is empty, an option lacks its <c>=</c>, or a key stands twice.</exception>
    public static Specification Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = (colon < 0 ? text : text[..colon]).Trim();
        if (name.Length == 0)
            throw new InvalidRequestException($"The specification '{text}' has no name. Write name or name:key=value,key=value.");
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] parts = colon < 0 ? [] : text[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (string part in parts)
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw new InvalidRequestException($"The option '{part}' of '{text}' has no value. Write {name}:{part.TrimEnd('=')}=VALUE.");
            string key = part[..equals].Trim();
            if (!options.TryAdd(key, part[(equals + 1)..].Trim()))
                throw new InvalidRequestException($"The option '{key}' stands twice in '{text}'. Keep one of the two values.");
        }
        return new Specification(name, options);
    }

    static Specification IParsable<Specification>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Specification>.TryParse(
        [NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out Specification result)
    {
        result = null;
        if (s is null) return false;
        try
        {
            result = Parse(s);
            return true;
        }
        catch (InvalidRequestException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        _options.Count == 0 ? Name : $"{Name}:{string.Join(',', _options.Select(option => $"{option.Key}={option.Value}"))}";

    /// <inheritdoc/>
    public bool Equals(Specification? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Specification);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
