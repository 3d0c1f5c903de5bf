namespace Rubato.Training;

/// <summary>Where every sample went: computed = applied + dropped + lost.</summary>
/// <param name="Computed">Samples whose gradient was computed or begun.</param>
/// <param name="Applied">Samples whose gradient entered the model.</param>
/// <param name="Dropped">Samples whose gradient came too late or was left over at the end.</param>
/// <param name="Lost">Samples that lost workers had been given and that never were applied.</param>
public sealed record SampleAccount(long Computed, long Applied, long Dropped, long Lost);
