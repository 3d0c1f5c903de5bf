namespace Rubato.Training;

/// <summary>What a rank does at a join.</summary>
[Flags]
internal enum JoinRole
{
    /// <summary>It cannot go on before those that are waited for.</summary>
    Waits = 1,

    /// <summary>The waiting ones cannot go on before it.</summary>
    IsWaitedFor = 2,

    /// <summary>Everybody waits for everybody.</summary>
    Both = Waits | IsWaitedFor,
}
