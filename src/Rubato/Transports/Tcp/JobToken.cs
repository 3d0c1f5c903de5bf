using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rubato.Configuration;

namespace Rubato.Transports.Tcp;

/// <summary>The secret that makes a process a member of a job: 32 random bytes and, for TLS, a certificate made for this job alone.</summary>
/// <remarks>
/// Made by the launcher and handed to the ranks on a private way (an environment variable of a child process), never on a command line.
/// Whoever has it can join. The certificate is both ends' own and is pinned: a peer must present exactly this one.
/// </remarks>
public sealed class JobToken : IDisposable
{
    private const int SecretBytes = 32;

    private readonly byte[] _secret;

    private JobToken(byte[] secret, X509Certificate2? certificate)
    {
        _secret = secret;
        Certificate = certificate;
        Fingerprint = certificate is null ? null : SHA256.HashData(certificate.RawData);
    }

    /// <summary>Whether connections are encrypted.</summary>
    public bool IsTls => Certificate is not null;

    internal ReadOnlySpan<byte> Secret => _secret;

    internal X509Certificate2? Certificate { get; }

    internal byte[]? Fingerprint { get; }

    /// <summary>Makes a fresh token from the system's cryptographic random numbers.</summary>
    /// <param name="tls">Whether connections are to be encrypted.</param>
    /// <param name="time">Dates the certificate.</param>
    public static JobToken Create(bool tls, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        byte[] secret = RandomNumberGenerator.GetBytes(SecretBytes);
        if (!tls) return new JobToken(secret, null);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=rubato job", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = time.GetUtcNow();
        // Generous dates: the pin decides, and machines' clocks differ.
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-2), now.AddYears(5));
        // The round trip gives the private key a home that every platform's TLS accepts.
        return new JobToken(secret, X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null));
    }

    /// <summary>The token as text, to be handed to a rank. It is the secret itself: keep it out of logs and command lines.</summary>
    public string Export() => Certificate is null
        ? Convert.ToBase64String(_secret)
        : $"{Convert.ToBase64String(_secret)}:{Convert.ToBase64String(Certificate.Export(X509ContentType.Pkcs12))}";

    /// <summary>Reads what <see cref="Export"/> wrote.</summary>
    /// <exception cref="InvalidRequestException">The text is not a token; the message does not repeat it.</exception>
    public static JobToken Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        try
        {
            byte[] secret = Convert.FromBase64String(parts[0]);
            if (parts.Length <= 2 && secret.Length == SecretBytes)
                return new JobToken(secret, parts.Length == 1 ? null : X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(parts[1]), null));
        }
        catch (Exception failure) when (failure is FormatException or CryptographicException)
        {
            throw new InvalidRequestException(Malformed(text), failure);
        }
        throw new InvalidRequestException(Malformed(text));
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate?.Dispose();

    /// <summary>Says what it is, never what it holds.</summary>
    public override string ToString() => IsTls ? "job token with certificate" : "job token";

    private static string Malformed(string text) =>
        $"The job token is {text.Length} characters long and is not one: it must be 32 bytes in base 64, with a certificate after a colon for TLS. "
        + "Hand the launcher's token on as it is.";
}
