namespace Rubato.Strategies.ShadowSync;

/// <summary>What one synchronization of a replica does.</summary>
internal enum ShadowCore
{
    /// <summary>The replica and a centre on servers pull at one another; each worker by itself.</summary>
    Easgd,

    /// <summary>The replica goes a share of the way to the mean of all replicas.</summary>
    Ma,

    /// <summary>The replica goes a share of the way to a global model that follows the mean with a momentum.</summary>
    Bmuf,

    /// <summary>Nothing: replicas never hear of one another.</summary>
    None,
}
