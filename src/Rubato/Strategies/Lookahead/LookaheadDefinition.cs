using Rubato.Configuration;
using Rubato.Strategies.LocalSgd;
using Rubato.Strategies.SlowMo;

namespace Rubato.Strategies.Lookahead;

/// <summary><c>lookahead</c>: slow weights that go a part of the way to the mean of the fast ones.</summary>
/// <remarks>
/// <para>Zhang et al., "Lookahead Optimizer: k steps forward, 1 step back", NeurIPS 2019, arXiv:1907.08610, Algorithm 1, on the mean of the workers.</para>
/// <para>Paper → here: k Period, α SlowRate, θ Parameters, φ the anchor of <see cref="SlowMoStrategy"/>, which without slow momentum is this method.
/// The fast optimizer's buffers are kept, as in the paper's experiments.</para>
/// </remarks>
/// <param name="Options">k and α.</param>
internal sealed record LookaheadDefinition(LookaheadOptions Options) : PeriodicDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<LookaheadOptions>(
        "lookahead", "local steps, then part of the way back to where they began", options => new LookaheadDefinition(options));

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => new SlowMoStrategy(
        new SlowMoOptions { Period = Options.Period, SlowRate = Options.SlowRate, SlowMomentum = 0, Buffers = BufferTreatment.Keep },
        new LocalStepsStrategy());
}
