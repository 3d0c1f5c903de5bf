using Rubato.Numerics;
using Rubato.Optimizers;

namespace Rubato.Strategies.ParameterServer;

/// <summary>One contiguous range of the model on a server: parameters, optimizer state, version. Arithmetic only.</summary>
/// <remarks>Symbols: w Parameters, v Version, η rate. State: the range, the optimizer's own, two counters.</remarks>
internal sealed class ParameterShard : IStateful
{
    private readonly float[] _parameters;
    private readonly float[] _mean;
    private readonly Optimizer _optimizer;
    private readonly Func<long, float> _learningRateAt;
    private readonly LearningRateScale _scale;
    private readonly long _fullUpdate;
    private long _version;
    private long _samplesApplied;

    /// <summary>Creates the shard.</summary>
    /// <param name="initial">The range's initial parameters; copied.</param>
    /// <param name="optimizer">Made for this range.</param>
    /// <param name="learningRateAt">The job's rate after so many applied samples.</param>
    /// <param name="scale">How the rate follows the share of workers in an update.</param>
    /// <param name="fullUpdate">The samples of an update that averages every worker's gradient: workers × batch size.</param>
    public ParameterShard(
        ReadOnlySpan<float> initial, Optimizer optimizer, Func<long, float> learningRateAt, LearningRateScale scale, long fullUpdate)
    {
        _parameters = initial.ToArray();
        _mean = new float[initial.Length];
        _optimizer = optimizer;
        _learningRateAt = learningRateAt;
        _scale = scale;
        _fullUpdate = fullUpdate;
    }

    /// <summary>The range's parameters (w).</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <summary>The number of updates so far (v).</summary>
    public long Version => _version;

    /// <summary>The samples behind all updates so far.</summary>
    public long SamplesApplied => _samplesApplied;

    /// <summary>Takes the next gradient of an update in ascending rank; <paramref name="position"/> counts those before it.</summary>
    public void Accumulate(ReadOnlySpan<float> gradient, int position) => RankOrderedMean.Accumulate(_mean, gradient, position);

    /// <summary>Applies the mean of the accumulated gradients.</summary>
    public void ApplyMean(int count, int samples)
    {
        RankOrderedMean.Finish(_mean, count);
        Apply(_mean, samples, _samplesApplied);
    }

    /// <summary>Applies one gradient: w ← optimizer(w, g, η · a/P); v ← v + 1.</summary>
    /// <param name="gradient">The range of the gradient.</param>
    /// <param name="samples">The samples it is the mean over.</param>
    /// <param name="position">The applied samples that the schedule is asked at.</param>
    public void Apply(ReadOnlySpan<float> gradient, int samples, long position)
    {
        float rate = LearningRateScales.Scaled(_learningRateAt(position), _scale, samples, _fullUpdate);
        _optimizer.Step(_parameters, gradient, rate);
        _version++;
        _samplesApplied += samples;
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Counter("version", ref _version);
        visitor.Counter("samples-applied", ref _samplesApplied);
        visitor.Vector("parameters", _parameters);
        visitor.Part("optimizer", _optimizer);
    }
}
