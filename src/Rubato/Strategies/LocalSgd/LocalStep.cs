namespace Rubato.Strategies.LocalSgd;

/// <summary>The step that all of these methods take between two averages.</summary>
internal static class LocalStep
{
    /// <summary>One gradient and one step of the worker's own optimizer; nobody else hears of it.</summary>
    public static async ValueTask TakeLocalStepAsync(this Worker worker, CancellationToken cancellation)
    {
        await worker.ComputeGradientAsync(cancellation);
        worker.Optimizer.Step(worker.Parameters.Span, worker.Gradient.Span, worker.LearningRate);
        // It was computed on the very replica that it enters.
        worker.ReportApplied(staleness: 0);
    }
}
