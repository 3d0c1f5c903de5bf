namespace Rubato.Communication;

/// <summary>Collectives over any transport, message by message.</summary>
public sealed class Communicator
{
    /// <summary>The context of the conductor's control traffic, which is counted apart.</summary>
    public const int ControlContext = -1;
}
