namespace Rubato.Charts;

/// <summary>A kind of stretch in a <see cref="Timeline"/>.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="OnLight">Its colour on a light page, as CSS writes it.</param>
/// <param name="OnDark">Its colour on a dark page.</param>
internal sealed record TimelineKind(string Name, string OnLight, string OnDark);
