using Rubato.Numerics;
using Rubato.Optimizers;

namespace Rubato.Tests.Strategies;

internal sealed class MomentumSgd(int length, float momentum) : Optimizer
{
    private readonly float[] _velocity = new float[length];

    public override void Step(Span<float> parameters, ReadOnlySpan<float> gradient, float learningRate)
    {
        Assert.Equal(length, parameters.Length);
        for (int j = 0; j < parameters.Length; j++)
        {
            _velocity[j] = momentum * _velocity[j] + gradient[j];
            parameters[j] -= learningRate * _velocity[j];
        }
    }

    public override void VisitState(IStateVisitor visitor) => visitor.Vector("velocity", _velocity);
}
