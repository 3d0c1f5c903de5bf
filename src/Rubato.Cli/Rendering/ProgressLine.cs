using Rubato.Training;

namespace Rubato.Cli.Rendering;

/// <summary>A run under way as one line of plain text, for logs and pipes.</summary>
internal static class ProgressLine
{
    /// <summary>The state of the run after its title.</summary>
    public static string Of(string title, RunProgress progress)
    {
        string samples = progress.SampleBudget is { } budget
            ? $"{Quantity.Count(progress.SamplesApplied)}/{Quantity.Count(budget)} samples"
            : $"{Quantity.Count(progress.SamplesApplied)} samples";
        string steps = progress.StepsByWorker.Count switch
        {
            0 => "",
            <= 16 => $"  steps {string.Join(' ', progress.StepsByWorker)}",
            _ => $"  steps {progress.StepsByWorker.Min()}..{progress.StepsByWorker.Max()}",
        };
        string lost = progress.Lost.Count == 0 ? "" : $"  lost {string.Join(' ', progress.Lost)}";
        return $"{title}: {progress.Phase}  {Quantity.Seconds(progress.ClusterSeconds)}  {samples}  loss {Quantity.Loss(progress.TrainLoss)}"
            + $"  accuracy {Quantity.Percent(progress.LastEvaluation?.TestAccuracy)}{steps}{lost}";
    }
}
