using Rubato.Numerics;

namespace Rubato.Models;

/// <summary>What one gradient computation takes besides parameters and batch: its random draws, and who listens for compact forms.</summary>
public sealed class GradientPass
{
    /// <summary>The stream for dropout masks and the like; owned by the caller.</summary>
    public required RandomStream Random { get; init; }

    /// <summary>Receives sufficient factors and touched rows where a layer has them; null when only the dense gradient is wanted.</summary>
    public IGradientObserver? Observer { get; init; }
}
