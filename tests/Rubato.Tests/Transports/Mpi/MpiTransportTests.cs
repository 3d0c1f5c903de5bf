namespace Rubato.Tests.Transports.Mpi;

/// <summary>The transport's laws on real MPI ranks, with blocking collectives and with non-blocking ones.</summary>
[Collection("mpi")]
public sealed class MpiTransportTests
{
    [SkippableTheory]
    [InlineData(MpiLauncherProcess.OpenMpi, 1, "blocking")]
    [InlineData(MpiLauncherProcess.OpenMpi, 2, "blocking")]
    [InlineData(MpiLauncherProcess.OpenMpi, 3, "blocking")]
    [InlineData(MpiLauncherProcess.OpenMpi, 3, "non-blocking")]
    [InlineData(MpiLauncherProcess.Mpich, 2, "blocking")]
    [InlineData(MpiLauncherProcess.Mpich, 3, "non-blocking")]
    public async Task The_laws_of_transports_hold_between_ranks(string family, int ranks, string collectives)
    {
        (string output, string error, int code) = await MpiLauncherProcess.Find(family).RunAsync(ranks, "Rubato.Tests.dll", $"mpi-laws {collectives}");
        Assert.True(code == 0, error);
        Assert.Contains("the laws hold", output, StringComparison.Ordinal);
    }
}
