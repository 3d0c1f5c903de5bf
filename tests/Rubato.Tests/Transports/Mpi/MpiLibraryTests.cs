using Rubato.Communication;
using Rubato.Configuration;
using Rubato.Transports.Mpi;

namespace Rubato.Tests.Transports.Mpi;

public sealed class MpiLibraryTests
{
    [Fact]
    public void A_missing_library_is_refused_with_what_was_tried()
    {
        string message = Assert.Throws<InvalidRequestException>(() => MpiLibrary.Load(["libno-such-mpi.so.1", "libnor-this.so"])).Message;
        Assert.Contains("libno-such-mpi.so.1, libnor-this.so", message, StringComparison.Ordinal);
        Assert.Contains("RUBATO_MPI_LIBRARY", message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_library_that_is_no_mpi_is_refused_by_name()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The test needs a library of known name.");
        string message = Assert.Throws<InvalidRequestException>(() => MpiLibrary.Load(["libc.so.6"])).Message;
        Assert.Contains("libc.so.6 has no MPI_Get_library_version", message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("libmpi.so.40", "Open MPI")]
    [InlineData("libmpich.so.12", "MPICH")]
    public void Families_are_told_apart(string name, string family)
    {
        MpiLibrary library;
        try
        {
            library = MpiLibrary.Load([name]);
        }
        catch (InvalidRequestException missing) when (missing.Message.StartsWith("No MPI library", StringComparison.Ordinal))
        {
            Skip.If(true, $"{name} is not installed.");
            return;
        }
        Assert.Equal(family, library.Abi.Name);
        Assert.Contains(family, library.Version, StringComparison.Ordinal);
        // MPICH's UCX would end this process.
        int nothing = library.Version.Length - library.Version.Length;
        Assert.Throws<DivideByZeroException>(() => 1 / nothing);
    }

    [Fact]
    public void An_envelope_says_what_was_written()
    {
        var envelope = new MpiEnvelope(3, MpiMessageKind.Data, 7, 9, new MessageTag(int.MinValue, -5));
        byte[] bytes = new byte[MpiEnvelope.Size];
        envelope.Write(bytes);
        Assert.Equal(envelope, MpiEnvelope.Read(bytes));
    }
}
