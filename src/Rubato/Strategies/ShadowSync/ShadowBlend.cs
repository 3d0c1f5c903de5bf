namespace Rubato.Strategies.ShadowSync;

/// <summary>What a replica, which has gone on since its snapshot was taken, makes of the answer.</summary>
internal enum ShadowBlend
{
    /// <summary>It goes from where it is now: a share α of the steps made meanwhile is lost. The paper's form.</summary>
    Live,

    /// <summary>It takes the correction that its snapshot would have taken: the steps made meanwhile are kept.</summary>
    Snapshot,
}
