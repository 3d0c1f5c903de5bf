using Rubato.Numerics;

namespace Rubato.Strategies.Easgd;

/// <summary>One server's range of the centre.</summary>
/// <remarks>Symbols: x̃ Parameters, α alpha. State: the range and the number of exchanges.</remarks>
/// <param name="initial">The range's initial parameters; copied.</param>
/// <param name="alpha">α.</param>
internal sealed class ElasticCentre(ReadOnlySpan<float> initial, float alpha) : IStateful
{
    private readonly float[] _parameters = initial.ToArray();
    private readonly float[] _force = new float[initial.Length];
    private long _exchanges;

    /// <summary>The range (x̃).</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <summary>What the last replica must give up (f).</summary>
    public ReadOnlySpan<float> Force => _force;

    /// <summary>Exchanges so far.</summary>
    public long Exchanges => _exchanges;

    /// <summary>Moves towards a replica's range, and takes down by how much.</summary>
    public void Exchange(ReadOnlySpan<float> replica)
    {
        ElasticBand.PullBoth(_parameters, replica, alpha, _force);
        _exchanges++;
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Counter("exchanges", ref _exchanges);
        visitor.Vector("parameters", _parameters);
    }
}
