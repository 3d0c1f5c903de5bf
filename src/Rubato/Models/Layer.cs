using Rubato.Data;

namespace Rubato.Models;

/// <summary>One step of a <see cref="Sequential"/> model as its author writes it: <c>new Dense(256)</c>. Knows no input shape yet.</summary>
/// <remarks>
/// A layer is a description without state, so one object may stand in several models or several times in one (each place has parameters
/// of its own). To write your own, derive from this class and let <see cref="Bind"/> return your <see cref="BoundLayer"/>.
/// </remarks>
public abstract class Layer
{
    /// <summary>What its parameter blocks are named after: the type's name in lower case.</summary>
    public virtual string Name => GetType().Name.ToLowerInvariant();

    /// <summary>Fixes the layer to the shape of its input and adds its parameters to the model's layout.</summary>
    /// <exception cref="Configuration.InvalidRequestException">The layer cannot take that shape.</exception>
    public abstract BoundLayer Bind(SampleShape input, LayoutBuilder layout);
}
