using System.Text;
using Rubato.Configuration;

namespace Rubato.Training;

/// <summary>How a run ended, as rank 0 tells the others, so that every rank returns or throws the same.</summary>
internal static class MpiVerdict
{
    private const char Done = '=', WrongRequest = '?', Failed = '!', Cancelled = '~';

    public static byte[] Of(RunReport report) => Encoding.UTF8.GetBytes(Done + RunReportJson.ToJson(report, indented: false));

    public static byte[] Of(Exception failure)
    {
        char kind = failure switch
        {
            InvalidRequestException => WrongRequest,
            OperationCanceledException => Cancelled,
            _ => Failed,
        };
        return Encoding.UTF8.GetBytes(kind + RunFailures.Describe(failure));
    }

    /// <summary>The report, or the exception that rank 0 throws.</summary>
    public static RunReport Read(byte[] word, CancellationToken cancellation)
    {
        string text = Encoding.UTF8.GetString(word, 1, word.Length - 1);
        return (char)word[0] switch
        {
            Done => RunReportJson.Read(text, "the report of rank 0"),
            WrongRequest => throw new InvalidRequestException(text),
            Cancelled => throw new OperationCanceledException(text, cancellation),
            _ => throw new RunFailedException(text),
        };
    }
}
