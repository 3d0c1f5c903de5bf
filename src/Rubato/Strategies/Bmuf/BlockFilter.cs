using Rubato.Numerics;

namespace Rubato.Strategies.Bmuf;

/// <summary>The arithmetic of block momentum: a model that follows the means of the replicas.</summary>
/// <remarks>Symbols: W_g Start, Δ Momentum, ζ rate, η momentum. State: 2d floats.</remarks>
/// <param name="rate">ζ.</param>
/// <param name="momentum">η.</param>
/// <param name="isNesterov">Whether the next block begins where the momentum will carry it.</param>
internal sealed class BlockFilter(float rate, float momentum, bool isNesterov) : IStateful
{
    private float[] _start = [];   // W_g, where the block began, shape [d]
    private float[] _update = [];  // Δ, shape [d]

    /// <summary>Where the block began (W_g), shape [d].</summary>
    public Memory<float> Start => _start;

    /// <summary>The last update (Δ), shape [d].</summary>
    public Memory<float> Momentum => _update;

    /// <summary>Takes the common start as that of the first block.</summary>
    public void Begin(ReadOnlySpan<float> initial)
    {
        _start = initial.ToArray();
        _update = new float[initial.Length];
    }

    /// <summary>G = W̄ − W_g; Δ ← η Δ + ζ G; W ← W + Δ, with the mean W̄ in <paramref name="x"/>, which then holds the next block's start.</summary>
    public void Update(Span<float> x)
    {
        for (int j = 0; j < x.Length; j++)
        {
            float block = rate * (x[j] - _start[j]);
            _update[j] = momentum * _update[j] + block;
            // Nesterov's start is W_g = W + η Δ: from one start to the next that is ζ G + η Δ, so W itself need not be kept.
            _start[j] += isNesterov ? block + momentum * _update[j] : _update[j];
            x[j] = _start[j];
        }
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Vector("start", _start);
        visitor.Vector("update", _update);
    }
}
