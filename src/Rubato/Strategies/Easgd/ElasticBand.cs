namespace Rubato.Strategies.Easgd;

/// <summary>The arithmetic of elastic averaging. What one end of a band gains the other loses, so the sum of both stays.</summary>
internal static class ElasticBand
{
    /// <summary>e ← x − z; x ← x − α e.</summary>
    /// <param name="x">A replica, shape [d].</param>
    /// <param name="centre">z, shape [d].</param>
    /// <param name="alpha">α.</param>
    /// <param name="distance">Receives e, shape [d].</param>
    public static void PullReplica(Span<float> x, ReadOnlySpan<float> centre, float alpha, Span<float> distance)
    {
        for (int j = 0; j < x.Length; j++)
        {
            distance[j] = x[j] - centre[j];
            x[j] -= alpha * distance[j];
        }
    }

    /// <summary>z ← z + β ē with the mean ē of all replicas' distances and β = P α: the same as α times their sum.</summary>
    public static void PullCentre(Span<float> centre, ReadOnlySpan<float> meanDistance, float beta)
    {
        for (int j = 0; j < centre.Length; j++) centre[j] += beta * meanDistance[j];
    }

    /// <summary>f ← α (x − z); z ← z + f. The replica's owner then takes f off it.</summary>
    /// <param name="centre">z, shape [d].</param>
    /// <param name="x">A replica, shape [d].</param>
    /// <param name="alpha">α.</param>
    /// <param name="force">Receives f, shape [d].</param>
    public static void PullBoth(Span<float> centre, ReadOnlySpan<float> x, float alpha, Span<float> force)
    {
        for (int j = 0; j < centre.Length; j++)
        {
            force[j] = alpha * (x[j] - centre[j]);
            centre[j] += force[j];
        }
    }
}
