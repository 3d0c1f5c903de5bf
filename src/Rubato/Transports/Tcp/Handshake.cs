using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Rubato.Transports.Tcp;

/// <summary>Both ends of a new connection prove to each other that they know the job's token, before anything else is believed.</summary>
/// <remarks>
/// <code>
/// dialler → acceptor  hello      magic, version, purpose, rank, target, world size, nonce (32)    56 bytes
/// acceptor → dialler  challenge  magic, version, 2 zero bytes, nonce (32)                         40 bytes
/// dialler → acceptor  proof      HMAC-SHA-256(token, "dialler" ‖ hello ‖ challenge)               32 bytes
/// acceptor → dialler  verdict    0, HMAC-SHA-256(token, "acceptor" ‖ hello ‖ challenge)           33 bytes
///                     or         1, length, reason in UTF-8                                  2 … 257 bytes
/// </code>
/// Every message has a fixed or a one-byte length. Fresh nonces on both sides and different labels leave nothing to replay or reflect;
/// proofs are compared in constant time. What follows is authenticated only as far as the connection is: use TLS on networks you do not trust.
/// </remarks>
internal static class Handshake
{
    private const int HelloBytes = 56, ChallengeBytes = 40, NonceBytes = 32, ProofBytes = 32;

    /// <summary>Introduces this side and checks the other one's proof.</summary>
    /// <exception cref="WireViolationException">The other side refused, or is no member of this job; the message says why.</exception>
    public static async Task DialAsync(Stream stream, JobToken token, Hello hello, CancellationToken cancellation)
    {
        byte[] greeting = new byte[HelloBytes], challenge = new byte[ChallengeBytes], proof = new byte[ProofBytes];
        hello.Write(greeting);
        RandomNumberGenerator.Fill(greeting.AsSpan(HelloBytes - NonceBytes));
        await stream.WriteAsync(greeting, cancellation).ConfigureAwait(false);
        await stream.ReadExactlyAsync(challenge, cancellation).ConfigureAwait(false);
        CheckHead(challenge);

        await stream.WriteAsync(Prove(token, "dialler"u8, greeting, challenge), cancellation).ConfigureAwait(false);
        byte[] one = new byte[1];
        await stream.ReadExactlyAsync(one, cancellation).ConfigureAwait(false);
        if (one[0] != 0) throw new WireViolationException($"refused: {await ReadReasonAsync(stream, cancellation).ConfigureAwait(false)}");
        await stream.ReadExactlyAsync(proof, cancellation).ConfigureAwait(false);
        if (!CryptographicOperations.FixedTimeEquals(proof, Prove(token, "acceptor"u8, greeting, challenge)))
            throw new WireViolationException("wrong token: whoever answers there does not belong to this job");
    }

    /// <summary>Checks the proof of whoever dialled, then what it says of itself.</summary>
    /// <param name="stream">The new connection.</param>
    /// <param name="token">The job's token.</param>
    /// <param name="judge">Null to accept, or the reason to refuse; called after the proof was found right.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="WireViolationException">Refused, with the reason; the other side was told.</exception>
    public static async Task<Hello> AcceptAsync(Stream stream, JobToken token, Func<Hello, string?> judge, CancellationToken cancellation)
    {
        byte[] greeting = new byte[HelloBytes], challenge = new byte[ChallengeBytes], proof = new byte[ProofBytes];
        // Head first: a stranger that speaks another protocol is named at once instead of waited for.
        await stream.ReadExactlyAsync(greeting.AsMemory(0, 8), cancellation).ConfigureAwait(false);
        CheckHead(greeting);
        await stream.ReadExactlyAsync(greeting.AsMemory(8), cancellation).ConfigureAwait(false);

        FrameHeader.Magic.CopyTo(challenge);
        BinaryPrimitives.WriteUInt16LittleEndian(challenge.AsSpan(4), FrameHeader.Version);
        RandomNumberGenerator.Fill(challenge.AsSpan(ChallengeBytes - NonceBytes));
        await stream.WriteAsync(challenge, cancellation).ConfigureAwait(false);
        await stream.ReadExactlyAsync(proof, cancellation).ConfigureAwait(false);

        Hello hello = Hello.Read(greeting);
        bool proven = CryptographicOperations.FixedTimeEquals(proof, Prove(token, "dialler"u8, greeting, challenge));
        string? reason = proven ? judge(hello) : "wrong token: it does not belong to this job";
        if (reason is not null)
        {
            await stream.WriteAsync(Refusal(reason), cancellation).ConfigureAwait(false);
            throw new WireViolationException(reason);
        }
        await stream.WriteAsync((byte[])[0, .. Prove(token, "acceptor"u8, greeting, challenge)], cancellation).ConfigureAwait(false);
        return hello;
    }

    /// <summary>A status byte 1 and a reason of at most 255 bytes.</summary>
    public static byte[] Refusal(string reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(reason);
        int length = Math.Min(text.Length, byte.MaxValue);
        return [1, (byte)length, .. text.AsSpan(0, length)];
    }

    /// <summary>The reason after a status byte 1.</summary>
    public static async Task<string> ReadReasonAsync(Stream stream, CancellationToken cancellation)
    {
        byte[] length = new byte[1];
        await stream.ReadExactlyAsync(length, cancellation).ConfigureAwait(false);
        byte[] text = new byte[length[0]];
        await stream.ReadExactlyAsync(text, cancellation).ConfigureAwait(false);
        return Encoding.UTF8.GetString(text);
    }

    private static void CheckHead(ReadOnlySpan<byte> bytes)
    {
        if (!bytes[..4].SequenceEqual(FrameHeader.Magic))
            throw new WireViolationException($"bad magic 0x{Convert.ToHexString(bytes[..4])} where a handshake was due");
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        if (version != FrameHeader.Version)
            throw new WireViolationException($"wire version {version}, but this side speaks version {FrameHeader.Version}");
    }

    private static byte[] Prove(JobToken token, ReadOnlySpan<byte> label, byte[] greeting, byte[] challenge) =>
        HMACSHA256.HashData(token.Secret, [.. label, .. greeting, .. challenge]);

    /// <summary>What the dialling side says of itself.</summary>
    /// <param name="Purpose">What the connection is for.</param>
    /// <param name="Rank">Who dials.</param>
    /// <param name="Target">The rank it believes to have reached; -1 at the rendezvous.</param>
    /// <param name="WorldSize">How many endpoints it believes the world has.</param>
    internal readonly record struct Hello(HandshakePurpose Purpose, int Rank, int Target, int WorldSize)
    {
        public void Write(Span<byte> destination)
        {
            FrameHeader.Magic.CopyTo(destination);
            BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], FrameHeader.Version);
            BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], (ushort)Purpose);
            BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Rank);
            BinaryPrimitives.WriteInt32LittleEndian(destination[12..], Target);
            BinaryPrimitives.WriteInt32LittleEndian(destination[16..], WorldSize);
        }

        public static Hello Read(ReadOnlySpan<byte> source) => new(
            (HandshakePurpose)BinaryPrimitives.ReadUInt16LittleEndian(source[6..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(source[16..]));
    }
}
