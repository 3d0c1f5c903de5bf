using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rubato.Transports.Tcp;

/// <summary>Makes the stream of a connected socket: plain, or TLS in which both ends must present the job's own certificate.</summary>
internal static class SecureChannel
{
    public static Task<Stream> DialAsync(Socket socket, JobToken token, CancellationToken cancellation) => OpenAsync(socket, token, dialled: true, cancellation);

    public static Task<Stream> AcceptAsync(Socket socket, JobToken token, CancellationToken cancellation) => OpenAsync(socket, token, dialled: false, cancellation);

    private static async Task<Stream> OpenAsync(Socket socket, JobToken token, bool dialled, CancellationToken cancellation)
    {
        // Small frames are signals that somebody waits for; large ones fill their packets anyway.
        socket.NoDelay = true;
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (token.Certificate is null) return stream;

        var secure = new SslStream(stream, leaveInnerStreamOpen: false, (_, presented, _, _) => IsPinned(token, presented));
        try
        {
            if (dialled)
                await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
                {
                    TargetHost = "rubato job",
                    ClientCertificates = [token.Certificate],
                    EnabledSslProtocols = SslProtocols.None,
                }, cancellation).ConfigureAwait(false);
            else
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                {
                    ServerCertificate = token.Certificate,
                    ClientCertificateRequired = true,
                    EnabledSslProtocols = SslProtocols.None,
                }, cancellation).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The pin replaces the chain: nobody has signed the job's certificate but the job.
    private static bool IsPinned(JobToken token, X509Certificate? presented) =>
        presented is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(presented.GetRawCertData()), token.Fingerprint);
}
