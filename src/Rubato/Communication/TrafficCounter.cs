namespace Rubato.Communication;

/// <summary>Counts what one endpoint sends. Training traffic and the conductor's control traffic are kept apart.</summary>
/// <remarks>Safe for concurrent use. Bytes are payload bytes, without frame headers.</remarks>
public sealed class TrafficCounter
{
    private long _bytes, _messages, _controlBytes, _controlMessages;

    /// <summary>Payload bytes of training traffic sent.</summary>
    public long BytesSent => Interlocked.Read(ref _bytes);

    /// <summary>Messages of training traffic sent.</summary>
    public long MessagesSent => Interlocked.Read(ref _messages);

    /// <summary>Payload bytes of control traffic sent.</summary>
    public long ControlBytesSent => Interlocked.Read(ref _controlBytes);

    /// <summary>Messages of control traffic sent.</summary>
    public long ControlMessagesSent => Interlocked.Read(ref _controlMessages);

    /// <summary>Counts one message; <see cref="Communicator.ControlContext"/> marks control traffic.</summary>
    public void Count(MessageTag tag, int payloadBytes) => Count(tag, 1, payloadBytes);

    /// <summary>Counts several messages with so many payload bytes together.</summary>
    public void Count(MessageTag tag, long messages, long payloadBytes)
    {
        if (tag.Context == Communicator.ControlContext)
        {
            Interlocked.Add(ref _controlBytes, payloadBytes);
            Interlocked.Add(ref _controlMessages, messages);
        }
        else
        {
            Interlocked.Add(ref _bytes, payloadBytes);
            Interlocked.Add(ref _messages, messages);
        }
    }
}
