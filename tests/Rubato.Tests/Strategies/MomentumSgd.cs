using Rubato.Numerics;
using Rubato.Optimizers;

namespace Rubato.Tests.Strategies;

internal sealed class MomentumSgd(int length, float momentum) : Optimizer
{
    private readonly float[] _velocity = new float[length];

    public override void Step(Span<float> parameters, ReadOnlySpan<float> gradient, float learningRate)
    {
        Assert.Equal(length, parameters.Length);
        StepPart(0, parameters, gradient, learningRate);
    }

    public override void StepPart(int start, Span<float> parameters, ReadOnlySpan<float> gradient, float learningRate)
    {
        for (int j = 0; j < parameters.Length; j++)
        {
            _velocity[start + j] = momentum * _velocity[start + j] + gradient[j];
            parameters[j] -= learningRate * _velocity[start + j];
        }
    }

    public override void VisitState(IStateVisitor visitor) => visitor.Vector("velocity", _velocity);
}
