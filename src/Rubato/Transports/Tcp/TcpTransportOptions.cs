namespace Rubato.Transports.Tcp;

/// <summary>The token, the deadlines and the bounds of TCP connections; equal on all ranks of a job.</summary>
public sealed record TcpTransportOptions
{
    /// <summary>Proves membership of the job, and says whether connections are encrypted. Its creator disposes it after the last transport.</summary>
    public required JobToken Token { get; init; }

    /// <summary>How long all endpoints have to find each other; above zero.</summary>
    public TimeSpan StartupTimeout { get; init => field = Positive(value, nameof(StartupTimeout)); } = TimeSpan.FromMinutes(1);

    /// <summary>How long a new connection has to prove that it belongs to the job; above zero.</summary>
    public TimeSpan HandshakeTimeout { get; init => field = Positive(value, nameof(HandshakeTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>An idle connection says this often that it lives; above zero.</summary>
    public TimeSpan HeartbeatInterval { get; init => field = Positive(value, nameof(HeartbeatInterval)); } = TimeSpan.FromSeconds(1);

    /// <summary>The least silence after which a peer is held to be lost; above the heartbeat interval.</summary>
    /// <remarks>A process that is stopped for some seconds and continued is slow, not lost.</remarks>
    public TimeSpan SilenceLimit { get; init => field = Positive(value, nameof(SilenceLimit)); } = TimeSpan.FromSeconds(30);

    /// <summary>How long disposal waits for peers to take what was sent and the farewell; above zero.</summary>
    public TimeSpan FarewellTimeout { get; init => field = Positive(value, nameof(FarewellTimeout)); } = TimeSpan.FromSeconds(2);

    /// <summary>The largest payload of one message; a longer one is refused at the sender and cut off at the receiver.</summary>
    public int MaxMessageBytes { get; init => field = AtLeast(value, 1024, nameof(MaxMessageBytes)); } = 256 << 20;

    /// <summary>Bytes of one connection that may wait to be written before sends wait; a larger message goes alone.</summary>
    public int SendWindowBytes { get; init => field = AtLeast(value, 1024, nameof(SendWindowBytes)); } = 1 << 20;

    /// <summary>Bytes of one peer that may wait for a receiver before its connection is read no further.</summary>
    public long ReceiveWindowBytes { get; init => field = AtLeast(value, 1024, nameof(ReceiveWindowBytes)); } = 64 << 20;

    private static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero && value <= TimeSpan.FromDays(24) ? value : throw new ArgumentOutOfRangeException(name, value,
            $"{name} is {value}, but it must be above zero and at most 24 days. Use 00:00:30 for thirty seconds.");

    private static T AtLeast<T>(T value, T least, string name) where T : IComparable<T> =>
        value.CompareTo(least) >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value} bytes, but the least is {least}.");
}
