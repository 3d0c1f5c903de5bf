namespace Rubato.Configuration;

/// <summary>The things of one kind that can be chosen by name: strategies, models, optimizers, data sets.</summary>
/// <param name="kind">What the entries are, in the singular, for error messages: <c>strategy</c>.</param>
/// <param name="entries">The entries, in the order in which they are listed.</param>
public sealed class Catalog<T>(string kind, params IReadOnlyList<CatalogEntry<T>> entries)
{
    /// <summary>What the entries are, in the singular.</summary>
    public string Kind => kind;

    /// <summary>The entries, in the order in which they are listed.</summary>
    public IReadOnlyList<CatalogEntry<T>> Entries => entries;

    /// <summary>Makes what the specification names.</summary>
    /// <exception cref="InvalidRequestException">The name or an option is unknown, or a value is out of range.</exception>
    public T Create(Specification specification) => Find(specification.Name).Create(specification);

    /// <summary>The entry of that name.</summary>
    /// <exception cref="InvalidRequestException">The name is unknown; the message names the nearest one.</exception>
    public CatalogEntry<T> Find(string name) =>
        entries.FirstOrDefault(entry => entry.Name == name)
        ?? throw new InvalidRequestException($"There is no {kind} '{name}'.{NearestName.Suggest(name, [.. entries.Select(e => e.Name)])}");
}
