using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Rubato.Transports.Tcp;

/// <summary>Where each endpoint listens, as it travels: for each a length, the host in ASCII and a port of two bytes.</summary>
internal static class EndpointTable
{
    private const int MaxHostBytes = 255;

    /// <summary>The bytes of one address.</summary>
    public static byte[] Write(DnsEndPoint address)
    {
        byte[] host = Encoding.ASCII.GetBytes(address.Host);
        byte[] bytes = [(byte)Math.Min(host.Length, MaxHostBytes), .. host.AsSpan(0, Math.Min(host.Length, MaxHostBytes)), 0, 0];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 2), (ushort)address.Port);
        return bytes;
    }

    /// <summary>Reads one address; its length is bounded by its first byte.</summary>
    public static async Task<DnsEndPoint> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        byte[] length = new byte[1];
        await stream.ReadExactlyAsync(length, cancellation).ConfigureAwait(false);
        byte[] rest = new byte[length[0] + 2];
        await stream.ReadExactlyAsync(rest, cancellation).ConfigureAwait(false);
        string host = Encoding.ASCII.GetString(rest, 0, length[0]);
        int port = BinaryPrimitives.ReadUInt16LittleEndian(rest.AsSpan(length[0]));
        if (host.Length == 0 || port == 0) throw new WireViolationException($"'{host}:{port}' is no address that a rank can listen at");
        return new DnsEndPoint(host, port);
    }
}
