namespace Rubato.Training;

/// <summary>One rank at a join.</summary>
/// <param name="Rank">The worker.</param>
/// <param name="Ready">When it was ready; on one clock for all members.</param>
/// <param name="Role">Whether it waits, is waited for, or both.</param>
internal readonly record struct JoinMember(int Rank, TimeSpan Ready, JoinRole Role);
