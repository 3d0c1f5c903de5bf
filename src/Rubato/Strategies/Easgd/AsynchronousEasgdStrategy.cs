using Rubato.Numerics;
using Rubato.Strategies.LocalSgd;

namespace Rubato.Strategies.Easgd;

/// <summary>Elastic averaging SGD where each worker exchanges with the centre after τ steps of its own, whatever the others do.</summary>
/// <remarks>
/// <para>Zhang, Choromanska and LeCun, NIPS 2015, arXiv:1412.6651, Algorithm 1; EAMSGD (Algorithm 2) when the job's optimizer has a momentum.</para>
/// <para>Paper → here: x^i Parameters, x̃ on the servers (<see cref="ElasticCentre"/>), τ Period, α alpha.</para>
/// <para>Traffic: 24·S + 4d bytes up and as many down every τ steps. State: none but the replica and its optimizer's.</para>
/// </remarks>
/// <param name="period">τ.</param>
/// <param name="centre">The way to the servers.</param>
internal sealed class AsynchronousEasgdStrategy(int period, CentreClient centre) : IStrategy
{
    /// <inheritdoc/>
    public ValueTask StartAsync(Worker worker, CancellationToken cancellation) => centre.PullAsync(worker.World, worker.Parameters, cancellation);

    /// <inheritdoc/>
    public async ValueTask StepAsync(Worker worker, CancellationToken cancellation)
    {
        await worker.TakeLocalStepAsync(cancellation);
        if (worker.Step % period == 0) await centre.ExchangeAsync(worker.World, worker.Parameters, cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DrainAsync(Worker worker, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask LeaveAsync(Worker worker, CancellationToken cancellation) => centre.LeaveAsync(worker.World, cancellation);

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
    }
}
