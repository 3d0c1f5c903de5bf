namespace Rubato.Training;

/// <summary>An accelerator whose work takes no time: where a simulated conductor evaluates and saves.</summary>
internal sealed class InstantAccelerator : IAccelerator
{
    /// <inheritdoc/>
    public bool IsConcurrent => false;

    /// <inheritdoc/>
    public bool NeedsWarmUp => false;

    /// <inheritdoc/>
    public ValueTask RunAsync(Action work, CancellationToken cancellation, Action? then = null)
    {
        cancellation.ThrowIfCancellationRequested();
        work();
        then?.Invoke();
        return default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
