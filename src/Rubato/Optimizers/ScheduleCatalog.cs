using Rubato.Configuration;

namespace Rubato.Optimizers;

/// <summary>The learning-rate schedules that can be chosen by name.</summary>
public static class ScheduleCatalog
{
    /// <summary>All schedules.</summary>
    public static Catalog<LearningRateSchedule> All { get; } = new(
        "schedule",
        CatalogEntry<LearningRateSchedule>.Of<ConstantSchedule>("constant", "The base learning rate throughout", options => options),
        CatalogEntry<LearningRateSchedule>.Of<StepSchedule>("step", "Drops by a factor every so many epochs", options => options),
        CatalogEntry<LearningRateSchedule>.Of<MilestoneSchedule>("milestones", "Drops by a factor twice, at shares of the budget", options => options),
        CatalogEntry<LearningRateSchedule>.Of<CosineSchedule>("cosine", "Half a cosine down to a floor at the end of the budget", options => options));
}
