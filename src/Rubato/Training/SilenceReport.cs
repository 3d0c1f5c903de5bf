namespace Rubato.Training;

/// <summary>A rank waited for another one until its deadline had passed.</summary>
/// <param name="Reporter">Who waited.</param>
/// <param name="WaitedFor">For whom.</param>
/// <param name="Waited">How long.</param>
/// <param name="Error">What it says about that.</param>
internal sealed record SilenceReport(int Reporter, int WaitedFor, TimeSpan Waited, string Error);
