namespace Rubato.Data;

/// <summary>A data set of the catalogue, as <c>rubato list</c> and <c>rubato data list</c> show it.</summary>
/// <param name="Name">The name to ask for it by.</param>
/// <param name="Summary">What it is, with the number of samples.</param>
/// <param name="Shape">The shape of one sample.</param>
/// <param name="Classes">The number of classes.</param>
/// <param name="Normalisation">How features are made from bytes.</param>
public sealed record DatasetDescription(string Name, string Summary, SampleShape Shape, int Classes, string Normalisation);
