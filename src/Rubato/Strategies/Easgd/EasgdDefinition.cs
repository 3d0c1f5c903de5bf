using Rubato.Configuration;

namespace Rubato.Strategies.Easgd;

/// <summary><c>easgd</c>: see <see cref="EasgdStrategy"/> and <see cref="AsynchronousEasgdStrategy"/>.</summary>
/// <param name="Options">τ, α, mode, servers, symmetry.</param>
internal sealed record EasgdDefinition(EasgdOptions Options) : StrategyDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<EasgdOptions>(
        "easgd", "replicas on elastic bands: every few steps each and a common centre pull at one another", options => new EasgdDefinition(options));

    /// <inheritdoc/>
    /// <remarks>The model is the centre, in both modes.</remarks>
    public override ModelHome ModelHome => IsAsynchronous ? ModelHome.Servers : ModelHome.Workers;

    /// <inheritdoc/>
    /// <remarks>Their replicas and the buffers of their optimizers.</remarks>
    public override bool WorkersHaveState => true;

    /// <inheritdoc/>
    public override bool SurvivesLostWorkers => IsAsynchronous;

    /// <inheritdoc/>
    public override int ServersFor(int workers) => IsAsynchronous ? Options.Servers ?? 1 : 0;

    /// <inheritdoc/>
    public override BatchAssignment AssignmentFor(int workers) => IsAsynchronous ? BatchAssignment.OnDemand : BatchAssignment.ByStepAndRank;

    /// <inheritdoc/>
    public override void Validate(int workers)
    {
        if (!IsAsynchronous && Options.Servers is { } servers)
            throw new InvalidRequestException($"easgd asks for servers={servers}, but the centre of its synchronous mode lives on the workers. Leave servers out, or use mode=asynchronous.");
        if (!IsAsynchronous && Options.Symmetric is { } symmetric)
            throw new InvalidRequestException(
                $"easgd asks for symmetric={(symmetric ? "true" : "false")}, but in its synchronous mode all meet in one all-reduce of their distances, which is symmetric. Leave symmetric out, or use mode=asynchronous.");
        // One meeting moves the centre by α of its distance to every replica: further than to their mean it must not go.
        if (!IsAsynchronous && AlphaFor(workers) * workers > 1 + 1e-6f)
            throw new InvalidRequestException(
                $"easgd asks for alpha={Options.Alpha} with {workers} workers, but in synchronous mode alpha times workers must be at most 1, or the centre overshoots. "
                + $"Use alpha={1f / workers:R} or less, or leave it out for 0.9/workers.");
    }

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) => IsAsynchronous
        ? new AsynchronousEasgdStrategy(Options.Period, new CentreClient(workers, ServersFor(workers), ExchangeFor(workers)))
        : new EasgdStrategy(Options.Period, AlphaFor(workers));

    /// <inheritdoc/>
    public override IServerProgram CreateServer(int index, int workers) =>
        new ElasticCentreProgram([.. Enumerable.Range(0, workers)], ServersFor(workers), ExchangeFor(workers));

    private bool IsAsynchronous => Options.Mode == EasgdMode.Asynchronous;

    private ElasticExchange ExchangeFor(int workers) => new(AlphaFor(workers), Options.Symmetric ?? true);

    private float AlphaFor(int workers) => Options.Alpha ?? 0.9f / workers;
}
