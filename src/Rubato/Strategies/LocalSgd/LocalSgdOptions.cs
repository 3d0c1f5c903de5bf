namespace Rubato.Strategies.LocalSgd;

/// <summary>The options of <c>local-sgd</c>.</summary>
internal sealed record LocalSgdOptions() : PeriodicOptions(period: 8);
