using System.Runtime.InteropServices;
using System.Text;
using Rubato.Configuration;

namespace Rubato.Transports.Mpi;

/// <summary>An MPI library that was found at run time: its functions, with errors as exceptions and handles as pointer-wide values.</summary>
/// <remarks>Which thread may call when is <see cref="MpiProcess"/>'s concern.</remarks>
internal sealed unsafe partial class MpiLibrary
{
    // Room for any ABI's status and strings.
    private const int StatusBytes = 64, TextBytes = 8192;

    private readonly nint _handle;

    private MpiLibrary(nint handle, string path)
    {
        (_handle, Path) = (handle, path);
        _getLibraryVersion = (delegate* unmanaged[Cdecl]<byte*, int*, int>)Export("MPI_Get_library_version");
        Version = ReadText(_getLibraryVersion);
        Abi = Recognise();
        Bind();
    }

    /// <summary>The file or name that it was loaded by.</summary>
    public string Path { get; }

    /// <summary>The first line of what it says it is.</summary>
    public string Version { get; }

    /// <summary>Its handles and constants.</summary>
    public MpiAbi Abi { get; }

    /// <summary>Loads the first of these libraries that there is.</summary>
    /// <param name="candidates">File names or paths, the most fitting one first.</param>
    /// <exception cref="InvalidRequestException">None can be loaded, or the one that can is no MPI library that Rubato knows.</exception>
    public static MpiLibrary Load(IReadOnlyList<string> candidates)
    {
        if (!BitConverter.IsLittleEndian || sizeof(nint) != 8)
            throw new InvalidRequestException("--on mpi needs a little-endian 64-bit machine. Use --on processes or --on threads here.");
        ProcessorFaults.LeaveToRuntime();
        foreach (string candidate in candidates)
            if (NativeLibrary.TryLoad(candidate, out nint handle)) return new MpiLibrary(handle, candidate);
        throw new InvalidRequestException(
            $"No MPI library was found; tried {string.Join(", ", candidates)}. Install Open MPI or MPICH on every machine, load your site's MPI module, "
            + "or set RUBATO_MPI_LIBRARY to the path of libmpi.so.");
    }

    /// <summary>Whether a function returned success; throws what the library says otherwise.</summary>
    private void Check(int code, string call)
    {
        if (code == 0) return;
        byte* text = stackalloc byte[TextBytes];
        int length = 0;
        string said = _errorString != null && _errorString(code, text, &length) == 0 ? Encoding.UTF8.GetString(text, length) : $"code {code}";
        throw new MpiException(
            $"{call} failed in {Abi.Name} ({Path}): {said.TrimEnd('.')}. A rank or its network is gone, or the library is at fault; "
            + "restart the job with --resume from its last checkpoint.");
    }

    // By what it exports first: texts are for people.
    private MpiAbi Recognise()
    {
        bool isStandard = NativeLibrary.TryGetExport(_handle, "MPI_Abi_get_version", out _);
        if (NativeLibrary.TryGetExport(_handle, "ompi_mpi_comm_world", out _)) return MpiAbi.OpenMpi(Export);
        if (isStandard && System.IO.Path.GetFileName(Path).Contains("mpi_abi", StringComparison.Ordinal)) return MpiAbi.Standard;
        string[] relatives = ["MPICH", "Intel(R) MPI", "MVAPICH"];
        if (relatives.Any(name => Version.Contains(name, StringComparison.OrdinalIgnoreCase))) return MpiAbi.Mpich;
        if (isStandard) return MpiAbi.Standard;
        throw new InvalidRequestException(
            $"The MPI library {Path} calls itself '{Version}', which is neither Open MPI, nor MPICH or a relative of it, nor one with the standard MPI ABI. "
            + "Set RUBATO_MPI_LIBRARY to the path of one of these, and start the job with its mpirun.");
    }

    private nint Export(string name) => NativeLibrary.TryGetExport(_handle, name, out nint address)
        ? address
        : throw new InvalidRequestException(
            $"The library {Path} has no {name}: it is no MPI library, or one older than MPI 3.0. Set RUBATO_MPI_LIBRARY to the path of a newer libmpi.so.");

    private static string ReadText(delegate* unmanaged[Cdecl]<byte*, int*, int> read)
    {
        byte* text = stackalloc byte[TextBytes];
        int length = 0;
        return read(text, &length) == 0 ? Encoding.UTF8.GetString(text, length).Split('\n', '\0')[0].Trim() : "unknown";
    }
}
