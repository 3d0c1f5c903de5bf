namespace Rubato.Strategies.Easgd;

/// <summary>Where the centre of elastic averaging lives, and who waits for whom.</summary>
internal enum EasgdMode
{
    /// <summary>On every worker, equal to the bit: all meet every τ steps in one all-reduce.</summary>
    Synchronous,

    /// <summary>On servers: each worker exchanges with it after τ steps of its own and waits for nobody else.</summary>
    Asynchronous,
}
