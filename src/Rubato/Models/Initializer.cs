using Rubato.Numerics;

namespace Rubato.Models;

/// <summary>Writes a parameter block's initial values, drawing from a stream that belongs to this block alone.</summary>
public delegate void Initializer(Span<float> values, RandomStream random);
