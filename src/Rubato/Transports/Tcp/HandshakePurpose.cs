namespace Rubato.Transports.Tcp;

/// <summary>What a connection is for.</summary>
internal enum HandshakePurpose : ushort
{
    /// <summary>To register with the rendezvous and get the table of endpoints.</summary>
    Rendezvous = 1,

    /// <summary>To exchange frames with another endpoint.</summary>
    Peer = 2,
}
