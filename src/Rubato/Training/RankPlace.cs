namespace Rubato.Training;

/// <summary>A rank among its kind.</summary>
/// <param name="Rank">The number, from 0.</param>
/// <param name="Size">How many there are.</param>
public readonly record struct RankPlace(int Rank, int Size);
