using System.Net;
using System.Net.Http.Headers;

namespace Rubato.Data;

/// <summary>One attempt to receive the rest of a file from one address.</summary>
internal sealed class Transfer(
    HttpClient client, TimeProvider time, TimeSpan stallLimit, RemoteFile file, Uri address, PartialFile part, IProgress<FetchProgress>? progress)
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Whether another attempt at this address would be in vain.</summary>
    public bool IsFinal { get; private set; }

    /// <summary>Receives until the file has its length; null then, else what went wrong.</summary>
    public async Task<string?> RunAsync(CancellationToken cancellation)
    {
        if (part.Length == file.Bytes) return null;
        using var stall = new CancellationTokenSource(stallLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (part.Length > 0) request.Headers.Range = new RangeHeaderValue(part.Length, null);
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (Refusal(response) is { } refusal) return refusal;
            return await ReceiveAsync(response, stall, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"the server sent nothing for {stallLimit.TotalSeconds} s after {part.Length} of {file.Bytes} bytes";
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException and not DataFetchException)
        {
            return $"the connection failed after {part.Length} of {file.Bytes} bytes ({Innermost(broken).Message})";
        }
    }

    // Null if the body is what was asked for; then the part holds exactly the bytes before it.
    private string? Refusal(HttpResponseMessage response)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange is { From: { } from } range:
                if (from != part.Length)
                {
                    part.Clear();
                    return $"the server sent bytes from {from} instead of those asked for";
                }
                return WrongLength(range.Length);
            case HttpStatusCode.OK:
                if (part.Length > 0)
                {
                    progress?.Report(new FetchProgress(file.Name, 0, file.Bytes, "the server cannot resume; starting afresh"));
                    part.Clear();
                }
                return WrongLength(response.Content.Headers.ContentLength);
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                part.Clear();
                return "the server does not have the bytes asked for";
            case HttpStatusCode status:
                IsFinal = (int)status is >= 300 and < 500 && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);
                return $"the server answered {(int)status} {response.ReasonPhrase}";
        }
    }

    private string? WrongLength(long? length)
    {
        if (length is null || length == file.Bytes) return null;
        IsFinal = true;
        return $"the file there has {length} bytes, but the published one has {file.Bytes}";
    }

    private async Task<string?> ReceiveAsync(HttpResponseMessage response, CancellationTokenSource stall, CancellationToken cancellation)
    {
        if (part.Length > 0) progress?.Report(new FetchProgress(file.Name, part.Length, file.Bytes, $"going on at byte {part.Length}"));
        using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[BufferBytes];
        while (true)
        {
            stall.CancelAfter(stallLimit);
            int read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            if (read == 0) break;
            // A server that does not stop must not fill the disk.
            if (part.Length + read > file.Bytes)
            {
                part.Clear();
                IsFinal = true;
                return $"the server sent more than the {file.Bytes} bytes of the published file";
            }
            await part.AppendAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            progress?.Report(new FetchProgress(file.Name, part.Length, file.Bytes));
        }
        return part.Length == file.Bytes ? null : $"the connection ended after {part.Length} of {file.Bytes} bytes";
    }

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
