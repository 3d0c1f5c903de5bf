namespace Rubato.Training;

/// <summary>One cause of slowness: a worker that is always slow, or any worker's step being slow with some probability.</summary>
public abstract record Straggler
{
    private Straggler()
    {
    }

    /// <summary>How many times longer a slow step takes; at least 1.</summary>
    public double Factor
    {
        get;
        init => field = value >= 1 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Factor), value,
            $"The straggler factor is {value}, but the smallest is 1 (not slowed). Use 4 for four times slower.");
    } = 1;

    /// <summary>One worker whose every step takes longer: <c>RANK:FACTOR</c>.</summary>
    public sealed record Fixed(int Rank) : Straggler;

    /// <summary>Every worker's every step takes longer with some probability, drawn from the seed: <c>random:probability=p,factor=f</c>.</summary>
    public sealed record Random : Straggler
    {
        /// <summary>The probability that a step is slow, from 0 to 1.</summary>
        public double Probability
        {
            get;
            init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Probability), value,
                $"The straggler probability is {value}, but it must be from 0 to 1. Use 0.1 for every tenth step.");
        }
    }
}
