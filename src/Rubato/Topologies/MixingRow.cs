namespace Rubato.Topologies;

/// <summary>One rank's part in a round of mixing.</summary>
/// <param name="Sources">Whose vectors make its next one, ascending, itself among them.</param>
/// <param name="Weights">With which weights, in the order of the sources.</param>
/// <param name="Targets">To whom it sends its own vector, ascending.</param>
internal sealed record MixingRow(int[] Sources, double[] Weights, int[] Targets);
