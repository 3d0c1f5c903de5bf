using System.Globalization;
using Rubato.Configuration;
using Rubato.Numerics;
using Rubato.Simulation;

namespace Rubato.Training;

/// <summary>How many times its base time each step of one rank takes: its stragglers and the distribution of step times, over its speed.</summary>
/// <remarks>
/// Every random straggler draws once a step, slow or not, so that a step's factor depends on seed, rank and step only (and on its time where
/// slow periods come and go).
/// </remarks>
internal sealed class StepFactors
{
    private readonly IReadOnlyList<Straggler> _causes;
    private readonly RandomStream _random;
    private readonly Func<TimeSpan, double> _noise;
    private readonly double _speed;

    /// <param name="causes">The stragglers that concern this rank.</param>
    /// <param name="noise">How step times vary.</param>
    /// <param name="speed">The rank's speed; above 0, 1 for the base time.</param>
    /// <param name="random">The rank's own stream.</param>
    public StepFactors(IReadOnlyList<Straggler> causes, StepTimeNoise noise, double speed, RandomStream random)
    {
        (_causes, _random, _speed) = (causes, random, speed);
        _noise = noise.Begin(random.Split("step times"));
    }

    /// <summary>The causes among a job's stragglers that concern one rank.</summary>
    public static IReadOnlyList<Straggler> Of(IEnumerable<Straggler> stragglers, int rank) =>
        [.. stragglers.Where(straggler => straggler is not Straggler.Fixed fixedOne || fixedOne.Rank == rank)];

    /// <summary>The distribution that a compute time names, its recorded factors read.</summary>
    /// <exception cref="InvalidRequestException">The file cannot be read, or holds something else than factors above 0.</exception>
    public static StepTimeNoise NoiseOf(ComputeTime time)
    {
        StepTimeNoise noise = time.Distribution is { } distribution ? NoiseCatalog.All.Create(distribution) : new ConstantNoise();
        return noise is RecordedNoise recorded ? recorded with { Factors = ReadFactors(recorded.File) } : noise;
    }

    /// <summary>The factor of the next step, which begins at a time since the start; above 0. Several causes multiply.</summary>
    public double Next(TimeSpan now)
    {
        double factor = _noise(now) / _speed;
        foreach (Straggler cause in _causes)
        {
            if (cause is Straggler.Random chance)
            {
                if (_random.NextDouble() < chance.Probability) factor *= chance.Draw(_random);
            }
            else if (((Straggler.Fixed)cause).IsSlowAt(now))
            {
                factor *= cause.Factor;
            }
        }
        return factor;
    }

    private static double[] ReadFactors(string file)
    {
        if (file.Length == 0)
            throw new InvalidRequestException("The distribution 'trace' names no file of recorded step times. Write trace:file=PATH with a file of one factor a line.");
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidRequestException(
                $"The recorded step times '{file}' cannot be read: {failure.Message.TrimEnd('.')}. Write trace:file=PATH with a file of one factor a line.", failure);
        }
        var factors = new List<double>();
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (!double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double factor) || !(factor > 0) || !double.IsFinite(factor))
                throw new InvalidRequestException($"Line {i + 1} of '{file}' is '{line}', which is no factor above 0. Write a step's time over the base time, one a line.");
            factors.Add(factor);
        }
        return factors.Count > 0 ? [.. factors]
            : throw new InvalidRequestException($"The recorded step times '{file}' hold no factor. Write a step's time over the base time, one a line.");
    }
}
