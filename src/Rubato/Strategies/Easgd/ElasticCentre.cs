using Rubato.Numerics;

namespace Rubato.Strategies.Easgd;

/// <summary>One server's range of the centre.</summary>
/// <remarks>Symbols: x̃ Parameters. State: the range and the number of exchanges.</remarks>
/// <param name="initial">The range's initial parameters; copied.</param>
/// <param name="exchange">What an exchange does.</param>
internal sealed class ElasticCentre(ReadOnlySpan<float> initial, ElasticExchange exchange) : IStateful
{
    private readonly float[] _parameters = initial.ToArray();
    private readonly float[] _answer = new float[initial.Length];
    private long _exchanges;

    /// <summary>The range (x̃).</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    /// <summary>What the owner of the last replica is to hear.</summary>
    public ReadOnlySpan<float> Answer => _answer;

    /// <summary>Exchanges so far.</summary>
    public long Exchanges => _exchanges;

    /// <summary>Moves towards a replica's range, and takes down the answer.</summary>
    public void Exchange(ReadOnlySpan<float> replica)
    {
        exchange.PullCentre(_parameters, replica, _answer);
        _exchanges++;
    }

    /// <inheritdoc/>
    public void VisitState(IStateVisitor visitor)
    {
        visitor.Counter("exchanges", ref _exchanges);
        visitor.Vector("parameters", _parameters);
    }
}
