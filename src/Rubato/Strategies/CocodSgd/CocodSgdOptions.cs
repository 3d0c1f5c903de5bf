using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.CocodSgd;

/// <summary>The options of <c>cocod-sgd</c>.</summary>
internal sealed record CocodSgdOptions() : PeriodicOptions(period: 5);
