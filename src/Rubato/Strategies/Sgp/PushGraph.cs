namespace Rubato.Strategies.Sgp;

/// <summary>To whom a worker pushes.</summary>
internal enum PushGraph
{
    /// <summary>To the workers 1, 2, 4, 8 … after it, in turn (with several peers: j · (p + 1)^e after it).</summary>
    Exponential,

    /// <summary>To the next worker.</summary>
    Ring,

    /// <summary>To parent and children of a binary tree, whose ranks have unequal numbers of neighbours.</summary>
    Tree,

    /// <summary>Worker 0 to everybody, everybody to worker 0.</summary>
    Star,
}
