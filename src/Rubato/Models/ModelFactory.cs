using Rubato.Data;

namespace Rubato.Models;

/// <summary>Makes a chosen model for a data set's shape and number of classes.</summary>
/// <exception cref="Configuration.InvalidRequestException">The model does not fit the data, for example a convolution over plain vectors.</exception>
public delegate IModel ModelFactory(Dataset dataset);
