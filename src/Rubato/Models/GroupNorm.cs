using System.Runtime.InteropServices;
using Rubato.Configuration;
using Rubato.Data;

namespace Rubato.Models;

/// <summary>Normalizes each sample over groups of channels and their places, then scales and shifts each channel.</summary>
/// <remarks>
/// Wu and He, "Group normalization", ECCV 2018, arXiv:1803.08494. Knows no batch, so it suits small mini-batches and carries no running
/// statistics between workers. Parameters: scale and shift, shape [channels].
/// </remarks>
public sealed class GroupNorm : Layer
{
    private readonly int _groups;

    /// <summary>So many groups, at least 1; the number of channels must be a multiple of it.</summary>
    public GroupNorm(int groups)
    {
        if (groups < 1) throw new ArgumentOutOfRangeException(nameof(groups), groups, $"A group norm has {groups} groups, but the fewest are 1.");
        _groups = groups;
    }

    /// <summary>Added to the variance; above 0, default 1e-5.</summary>
    public float Epsilon
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Epsilon), value,
            $"The epsilon of a group norm is {value}, but it must be above 0. Use 1e-5.");
    } = 1e-5f;

    /// <summary>What the scales begin at; default 1. At 0 on the last norm of a residual, the block begins as the identity.</summary>
    /// <remarks>Goyal et al., "Accurate, large minibatch SGD", 2017, arXiv:1706.02677, section 5.1.</remarks>
    public float InitialScale { get; init; } = 1;

    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout)
    {
        if (input.Channels % _groups != 0)
            throw new InvalidRequestException($"A group norm of {_groups} groups cannot split {input.Channels} channels evenly. Use a divisor of {input.Channels}.");
        return new Bound(input, _groups, Epsilon,
            layout.Add("scale", [input.Channels], Initializers.Constant(InitialScale)),
            layout.Add("shift", [input.Channels], Initializers.Constant(0)));
    }

    private sealed class Bound(SampleShape input, int groups, float epsilon, ParameterBlock scale, ParameterBlock shift) : BoundLayer(input, input)
    {
        private readonly int _area = input.Height * input.Width;
        private readonly int _channelsPerGroup = input.Channels / groups;

        // Mean and 1/σ of each group.
        public override int KeptLength(int samples) => 2 * samples * groups;

        // For each channel Σ g and Σ g·x̂ over all samples, each as the two floats of a double.
        public override int ScratchLength(int samples) => 4 * Input.Channels;

        public override void Forward(in ForwardPass pass)
        {
            ReadOnlySpan<float> gamma = scale.In(pass.Parameters), beta = shift.In(pass.Parameters);
            int length = _channelsPerGroup * _area;
            for (int i = 0; i < pass.Samples * groups; i++)
            {
                ReadOnlySpan<float> x = pass.Input.Slice(i * length, length);
                double mean = (float)(Sums.Sum(x) / length);
                float inverse = (float)(1 / Math.Sqrt(Sums.SquaredDeviations(x, mean) / length + epsilon));
                (pass.Kept[2 * i], pass.Kept[2 * i + 1]) = ((float)mean, inverse);
                for (int j = 0; j < _channelsPerGroup; j++)
                {
                    int channel = i % groups * _channelsPerGroup + j;
                    double factor = (double)gamma[channel] * inverse;
                    Affine.Map((float)factor, x.Slice(j * _area, _area), (float)mean, beta[channel],
                        pass.Output.Slice(i * length + j * _area, _area));
                }
            }
        }

        public override void Backward(in BackwardPass pass)
        {
            ReadOnlySpan<float> gamma = scale.In(pass.Parameters);
            Span<double> totals = MemoryMarshal.Cast<float, double>(pass.Scratch)[..(2 * Input.Channels)];
            totals.Clear();
            int length = _channelsPerGroup * _area;
            for (int i = 0; i < pass.Samples * groups; i++)
            {
                double mean = pass.Kept[2 * i], inverse = pass.Kept[2 * i + 1], weighted = 0, weightedNormal = 0;
                int first = i % groups * _channelsPerGroup;
                for (int j = 0; j < _channelsPerGroup; j++)
                {
                    ReadOnlySpan<float> g = pass.OutputGradient.Slice(i * length + j * _area, _area), x = pass.Input.Slice(i * length + j * _area, _area);
                    double sum = Sums.Sum(g), dotNormal = (Sums.Dot(g, x) - mean * sum) * inverse;
                    totals[2 * (first + j)] += sum;
                    totals[2 * (first + j) + 1] += dotNormal;
                    weighted += gamma[first + j] * sum;
                    weightedNormal += gamma[first + j] * dotNormal;
                }
                if (pass.InputGradient.IsEmpty) continue;

                // dx = 1/σ · (γg − mean(γg) − x̂·mean(γg·x̂)), as a combination of g, x − mean and 1.
                double b = -inverse * inverse * weightedNormal / length, rest = -inverse * weighted / length;
                for (int j = 0; j < _channelsPerGroup; j++)
                {
                    int start = i * length + j * _area;
                    Affine.Map((float)(gamma[first + j] * inverse), pass.OutputGradient.Slice(start, _area), (float)b, pass.Input.Slice(start, _area),
                        (float)mean, (float)rest, pass.InputGradient.Slice(start, _area));
                }
            }
            for (int c = 0; c < Input.Channels; c++)
                (shift.In(pass.Gradient)[c], scale.In(pass.Gradient)[c]) = ((float)totals[2 * c], (float)totals[2 * c + 1]);
        }
    }
}
