namespace Rubato.Training;

/// <summary>What a rank has done since the go, as running totals: a lost or late message is made good by the next.</summary>
/// <param name="Steps">Steps finished.</param>
/// <param name="Gradients">Gradients begun.</param>
/// <param name="Compute">Time spent computing, of all threads.</param>
/// <param name="Wait">Time spent neither computing nor paused, of all threads.</param>
/// <param name="LossSum">The sum of the mini-batches' mean losses.</param>
/// <param name="Losses">How many losses that is.</param>
/// <param name="BytesSent">Payload bytes of training traffic sent.</param>
/// <param name="MessagesSent">Messages of training traffic sent.</param>
/// <param name="Synchronizations">How often its replica was synchronized with others.</param>
internal readonly record struct RankTotals(
    long Steps, long Gradients, TimeSpan Compute, TimeSpan Wait, double LossSum, long Losses, long BytesSent, long MessagesSent, long Synchronizations)
{
    public static RankTotals operator +(RankTotals a, RankTotals b) => new(
        a.Steps + b.Steps, a.Gradients + b.Gradients, a.Compute + b.Compute, a.Wait + b.Wait,
        a.LossSum + b.LossSum, a.Losses + b.Losses, a.BytesSent + b.BytesSent, a.MessagesSent + b.MessagesSent, a.Synchronizations + b.Synchronizations);
}
