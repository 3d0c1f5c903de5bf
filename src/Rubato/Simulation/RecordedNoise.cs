using System.ComponentModel;
using Rubato.Numerics;

namespace Rubato.Simulation;

/// <summary>Factors as they were recorded, one a line of a file: each worker begins at a line of its own and goes round.</summary>
/// <remarks>A factor is a step's recorded time over the base time; whoever builds the job reads the file.</remarks>
public sealed record RecordedNoise : StepTimeNoise
{
    /// <summary>The file, one factor a line; empty lines and those that begin with # are passed over.</summary>
    [Description("File with one factor a line: a step's recorded time over the base time.")]
    public string File { get; init; } = "";

    /// <summary>The factors, when the file has been read; all above 0.</summary>
    internal IReadOnlyList<double> Factors { get; init; } = [];

    /// <inheritdoc/>
    public override Func<TimeSpan, double> Begin(RandomStream random)
    {
        if (Factors.Count == 0) throw new InvalidOperationException($"The recorded factors of '{File}' have not been read.");
        int next = random.NextInt32(Factors.Count);
        return _ =>
        {
            double factor = Factors[next];
            next = (next + 1) % Factors.Count;
            return factor;
        };
    }
}
