namespace Rubato.Training;

/// <summary>A worker's word that it was ready for a join: a point where ranks wait for each other.</summary>
/// <param name="Call">The join: equal on all of its ranks, different from every other join.</param>
/// <param name="Ready">When it was ready, since the go on the conductor's clock.</param>
/// <param name="Size">The ranks that join.</param>
/// <param name="Role">Whether it waits, is waited for, or both.</param>
internal readonly record struct JoinMark(long Call, TimeSpan Ready, int Size, JoinRole Role);
