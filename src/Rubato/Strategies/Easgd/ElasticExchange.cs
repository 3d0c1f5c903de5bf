using System.Numerics.Tensors;
using Rubato.Strategies.ModelAveraging;

namespace Rubato.Strategies.Easgd;

/// <summary>What an exchange between one replica and the centre does at either end of their band, and what goes over the wire in between.</summary>
/// <remarks>
/// Symmetric: z ← z + f with f = α (x − z), the answer is f, and x ← x − f. The sum of both stays, and x keeps the steps that it made meanwhile.
/// Asymmetric: z ← (1 − α) z + α x, the answer is the new z, and x ← (1 − α) x + α z. Steps that x made meanwhile are x's: the new centre pulls at them too.
/// </remarks>
/// <param name="Alpha">α.</param>
/// <param name="IsSymmetric">Which of the two it is.</param>
internal sealed record ElasticExchange(float Alpha, bool IsSymmetric)
{
    /// <summary>On a server: the centre goes towards the replica that has come.</summary>
    /// <param name="centre">z, shape [d].</param>
    /// <param name="x">The replica, shape [d].</param>
    /// <param name="answer">Receives what the replica's owner is to hear, shape [d].</param>
    public void PullCentre(Span<float> centre, ReadOnlySpan<float> x, Span<float> answer)
    {
        if (IsSymmetric)
        {
            ElasticBand.PullBoth(centre, x, Alpha, answer);
            return;
        }
        Blend.Towards(centre, x, Alpha);
        centre.CopyTo(answer);
    }

    /// <summary>On a worker: the replica, as it is by now, goes towards the centre.</summary>
    /// <param name="x">The replica, shape [d].</param>
    /// <param name="answer">What the centre's server has said, shape [d].</param>
    public void PullReplica(Span<float> x, ReadOnlySpan<float> answer)
    {
        if (IsSymmetric) TensorPrimitives.Subtract(x, answer, x);
        else Blend.Towards(x, answer, Alpha);
    }
}
