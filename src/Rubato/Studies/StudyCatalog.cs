using Rubato.Configuration;

namespace Rubato.Studies;

/// <summary>The studies that can be rerun by name.</summary>
public static class StudyCatalog
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Study> All { get; } =
    [
        GroupedParameterServersStudy.Study, BackupWorkersStudy.Study, AdaptiveGroupingStudy.Study, DsSyncStudy.Study, OverlapLocalSgdStudy.Study,
        ShadowSyncStudy.Study, SlowMoStudy.Study, MinibatchVsLocalSgdStudy.Study, PostLocalStudy.Study, DilocoStudy.Study, PredictionStudy.Study,
    ];

    /// <summary>The study of that name.</summary>
    /// <exception cref="InvalidRequestException">There is none; the message names the nearest one.</exception>
    public static Study Find(string name) => All.FirstOrDefault(study => study.Name == name)
        ?? throw new InvalidRequestException($"There is no study '{name}'.{NearestName.Suggest(name, [.. All.Select(study => study.Name)])}");
}
