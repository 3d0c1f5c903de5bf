using Rubato.Configuration;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Bmuf;

/// <summary><c>bmuf</c>: see <see cref="BmufStrategy"/>.</summary>
/// <param name="Options">τ, ζ, η, classical or Nesterov.</param>
internal sealed record BmufDefinition(BmufOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<BmufOptions>(
        "bmuf", "blocks of local steps whose averaged displacements have a momentum", options => new BmufDefinition(options));

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new BmufStrategy(Options, Options.BlockMomentum ?? 1 - 1f / workers);
}
