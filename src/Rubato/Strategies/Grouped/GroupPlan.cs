namespace Rubato.Strategies.Grouped;

/// <summary>A choice of groups with the figures behind it.</summary>
/// <param name="GroupOf">The group of every worker; group 0 holds the slowest. Lost workers stay in group 0.</param>
/// <param name="Groups">The number of groups (G).</param>
/// <param name="GradientsPerSecond">What all groups together are expected to apply.</param>
/// <param name="SecondsPerUsefulUpdate">The expected time of P gradients that are worth what fresh ones are: what is minimised.</param>
internal sealed record GroupPlan(int[] GroupOf, int Groups, double GradientsPerSecond, double SecondsPerUsefulUpdate);
