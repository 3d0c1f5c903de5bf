using Rubato.Data;

namespace Rubato.Models;

/// <summary>Normalizes each channel over the mini-batch and its places, then scales and shifts it.</summary>
/// <remarks>
/// <para>Ioffe and Szegedy, "Batch normalization", ICML 2015, arXiv:1502.03167, Algorithms 1 and 2. Paper → here: γ scale, β shift, ε
/// <see cref="Epsilon"/>, E[x] and Var[x] running-mean and running-variance.</para>
/// <para>The running values are statistics of the parameter vector (see <see cref="ParameterBlock"/>): their gradient is running − batch,
/// with the batch's variance in the unbiased form m/(m−1). Evaluation uses them, training the batch's own.</para>
/// </remarks>
public sealed class BatchNorm : Layer
{
    /// <summary>Added to the variance; above 0, default 1e-5.</summary>
    public float Epsilon
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(Epsilon), value,
            $"The epsilon of a batch norm is {value}, but it must be above 0. Use 1e-5.");
    } = 1e-5f;

    /// <summary>What the scales begin at; default 1. At 0 on the last norm of a residual, the block begins as the identity.</summary>
    /// <remarks>Goyal et al., "Accurate, large minibatch SGD", 2017, arXiv:1706.02677, section 5.1.</remarks>
    public float InitialScale { get; init; } = 1;

    /// <inheritdoc/>
    public override BoundLayer Bind(SampleShape input, LayoutBuilder layout) => new Bound(
        input, Epsilon,
        layout.Add("scale", [input.Channels], Initializers.Constant(InitialScale)),
        layout.Add("shift", [input.Channels], Initializers.Constant(0)),
        layout.Add("running-mean", [input.Channels], Initializers.Constant(0), isStatistic: true),
        layout.Add("running-variance", [input.Channels], Initializers.Constant(1), isStatistic: true));

    private sealed class Bound(
        SampleShape input, float epsilon, ParameterBlock scale, ParameterBlock shift, ParameterBlock runningMean, ParameterBlock runningVariance)
        : BoundLayer(input, input)
    {
        private readonly int _channels = input.Channels;
        private readonly int _area = input.Height * input.Width;

        // The batch's mean and variance of each channel.
        public override int KeptLength(int samples) => 2 * _channels;

        public override void Forward(in ForwardPass pass)
        {
            ReadOnlySpan<float> gamma = scale.In(pass.Parameters), beta = shift.In(pass.Parameters);
            for (int c = 0; c < _channels; c++)
            {
                double mean, variance;
                if (pass.IsTraining)
                {
                    (mean, variance) = Moments(pass.Input, pass.Samples, c);
                    (pass.Kept[c], pass.Kept[_channels + c]) = ((float)mean, (float)variance);
                }
                else
                {
                    (mean, variance) = (runningMean.In(pass.Parameters)[c], runningVariance.In(pass.Parameters)[c]);
                }
                double factor = gamma[c] / Math.Sqrt(variance + epsilon);
                for (int i = 0; i < pass.Samples; i++)
                    Affine.Map((float)factor, Plane(pass.Input, i, c), (float)mean, beta[c], pass.Output.Slice((i * _channels + c) * _area, _area));
            }
        }

        public override void Backward(in BackwardPass pass)
        {
            ReadOnlySpan<float> gamma = scale.In(pass.Parameters);
            double count = (double)pass.Samples * _area;
            for (int c = 0; c < _channels; c++)
            {
                double mean = pass.Kept[c], variance = pass.Kept[_channels + c], inverse = 1 / Math.Sqrt(variance + epsilon);
                double sum = 0, dot = 0;
                for (int i = 0; i < pass.Samples; i++)
                {
                    ReadOnlySpan<float> g = Plane(pass.OutputGradient, i, c);
                    sum += Sums.Sum(g);
                    dot += Sums.Dot(g, Plane(pass.Input, i, c));
                }
                double dotNormal = (dot - mean * sum) * inverse;   // Σ g·x̂
                scale.In(pass.Gradient)[c] = (float)dotNormal;
                shift.In(pass.Gradient)[c] = (float)sum;
                runningMean.In(pass.Gradient)[c] = (float)(runningMean.In(pass.Parameters)[c] - mean);
                double unbiased = count > 1 ? variance * count / (count - 1) : variance;
                runningVariance.In(pass.Gradient)[c] = (float)(runningVariance.In(pass.Parameters)[c] - unbiased);
                if (pass.InputGradient.IsEmpty) continue;

                // dx = γ/σ · (g − mean(g) − x̂·mean(g·x̂)), as a combination of g, x − mean and 1.
                double a = gamma[c] * inverse, b = -a * inverse * dotNormal / count, rest = -a * sum / count;
                for (int i = 0; i < pass.Samples; i++)
                {
                    Affine.Map((float)a, Plane(pass.OutputGradient, i, c), (float)b, Plane(pass.Input, i, c), (float)mean, (float)rest,
                        pass.InputGradient.Slice((i * _channels + c) * _area, _area));
                }
            }
        }

        private (double Mean, double Variance) Moments(ReadOnlySpan<float> x, int samples, int channel)
        {
            double count = (double)samples * _area, sum = 0, squares = 0;
            for (int i = 0; i < samples; i++) sum += Sums.Sum(Plane(x, i, channel));
            // Rounded as it is kept, so that both directions mean the same mean.
            double mean = (float)(sum / count);
            for (int i = 0; i < samples; i++) squares += Sums.SquaredDeviations(Plane(x, i, channel), mean);
            return (mean, squares / count);
        }

        private ReadOnlySpan<float> Plane(ReadOnlySpan<float> x, int sample, int channel) => x.Slice((sample * _channels + channel) * _area, _area);
    }
}
