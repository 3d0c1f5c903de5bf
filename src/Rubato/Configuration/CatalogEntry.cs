namespace Rubato.Configuration;

/// <summary>One name of a catalogue: what it is, its options, and how it is made.</summary>
public sealed class CatalogEntry<T>
{
    private readonly Func<Specification, T> _create;

    private CatalogEntry(string name, string summary, IReadOnlyList<OptionDescription> options, Func<Specification, T> create)
    {
        Name = name;
        Summary = summary;
        Options = options;
        _create = create;
    }

    /// <summary>The name in a specification.</summary>
    public string Name { get; }

    /// <summary>One line that says what it is.</summary>
    public string Summary { get; }

    /// <summary>The options with their defaults.</summary>
    public IReadOnlyList<OptionDescription> Options { get; }

    /// <summary>An entry whose options are the settable properties of a record.</summary>
    public static CatalogEntry<T> Of<TOptions>(string name, string summary, Func<TOptions, T> create) where TOptions : new() =>
        new(name, summary, OptionBinder.Describe<TOptions>(), specification => create(OptionBinder.Bind<TOptions>(specification)));

    /// <summary>Makes the thing that the specification asks for.</summary>
    /// <exception cref="InvalidRequestException">An option is unknown or out of range.</exception>
    public T Create(Specification specification) => _create(specification);
}
