namespace Rubato.Training;

/// <summary>Gradients of one worker that met the same fate.</summary>
/// <param name="Worker">The worker that computed them.</param>
/// <param name="Staleness">How old their parameters were when they were applied; <see cref="Dropped"/> for thrown away.</param>
/// <param name="Gradients">How many gradients.</param>
/// <param name="Samples">Over how many samples together.</param>
internal readonly record struct LedgerEntry(int Worker, int Staleness, long Gradients, long Samples)
{
    /// <summary>Stands in the place of a staleness.</summary>
    public const int Dropped = -1;
}
