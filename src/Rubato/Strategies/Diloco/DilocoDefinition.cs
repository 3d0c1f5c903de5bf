using Rubato.Configuration;
using Rubato.Strategies.Bmuf;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Diloco;

/// <summary><c>diloco</c>: hundreds of local steps, then one Nesterov step along what they led to on average.</summary>
/// <remarks>
/// <para>Douillard et al., "DiLoCo: Distributed Low-Communication Training of Language Models", 2023, arXiv:2311.08105, Algorithm 1.</para>
/// <para>Paper → here: H Period, k WorkerCount, outer rate OuterRate, outer momentum OuterMomentum, θ Parameters, Δ = x₀ − x̄. Its outer step
/// v ← μ v + Δ, x₀ ← x₀ − η_o (Δ + μ v) is the Nesterov block momentum of <see cref="BmufStrategy"/> with ζ = η_o and η = μ, whose update is
/// −η_o v; the inner optimizer's state stays on its worker in both.</para>
/// </remarks>
/// <param name="Options">H, η_o and μ.</param>
internal sealed record DilocoDefinition(DilocoOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<DilocoOptions>(
        "diloco", "hundreds of local steps, then one Nesterov step along their mean displacement", options => new DilocoDefinition(options));

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new BmufStrategy(
        new BmufOptions { Period = Options.Period, BlockRate = Options.OuterRate, Nesterov = true }, Options.OuterMomentum);
}
