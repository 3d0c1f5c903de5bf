namespace Rubato.Communication;

/// <summary>Special endpoint numbers.</summary>
public static class Endpoints
{
    /// <summary>Receive from whichever endpoint's message comes first.</summary>
    public const int Any = -1;
}
