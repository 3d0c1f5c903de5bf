namespace Rubato.Strategies.ParameterServer;

/// <summary>The arithmetic of <see cref="LearningRateScale"/>.</summary>
internal static class LearningRateScales
{
    /// <summary>The rate of one update; the job's rate to the bit when the update is a full one.</summary>
    /// <param name="rate">The job's rate after its schedule.</param>
    /// <param name="scale">Whether the share counts.</param>
    /// <param name="samples">The samples behind the update.</param>
    /// <param name="fullUpdate">The samples of an update by every worker.</param>
    public static float Scaled(float rate, LearningRateScale scale, long samples, long fullUpdate) =>
        scale == LearningRateScale.Fixed || samples == fullUpdate ? rate : (float)(rate * ((double)samples / fullUpdate));
}
