using Rubato.Numerics;

namespace Rubato.Training;

/// <summary>How many times longer each step of one rank takes: fixed causes always, random ones as drawn from the rank's stream.</summary>
/// <remarks>Every random cause draws once a step, slow or not, so that a step's factor depends on seed, rank and step only.</remarks>
internal sealed class StragglerDraws(IReadOnlyList<Straggler> causes, RandomStream random)
{
    /// <summary>The causes among a job's stragglers that concern one rank.</summary>
    public static IReadOnlyList<Straggler> Of(IEnumerable<Straggler> stragglers, int rank) =>
        [.. stragglers.Where(straggler => straggler is not Straggler.Fixed fixedOne || fixedOne.Rank == rank)];

    /// <summary>The factor of the next step; at least 1. Several causes multiply.</summary>
    public double Next()
    {
        double factor = 1;
        foreach (Straggler cause in causes)
        {
            bool slow = cause is not Straggler.Random chance || random.NextDouble() < chance.Probability;
            if (slow) factor *= cause.Factor;
        }
        return factor;
    }
}
