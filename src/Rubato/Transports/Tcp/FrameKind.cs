namespace Rubato.Transports.Tcp;

/// <summary>What a frame is.</summary>
internal enum FrameKind : ushort
{
    /// <summary>A tagged message with its payload.</summary>
    Message = 1,

    /// <summary>A sign of life, without payload.</summary>
    Heartbeat = 2,

    /// <summary>The sender closes its transport in good order; nothing follows.</summary>
    Farewell = 3,
}
