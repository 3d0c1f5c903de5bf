namespace Rubato.Strategies.ShadowSync;

/// <summary>Where the embedding table of a model lives.</summary>
internal enum ShadowTables
{
    /// <summary>In every replica, synchronized with the rest of it.</summary>
    Replicas,

    /// <summary>In one copy on servers, which look rows up and apply their gradients at once. The paper's form.</summary>
    Servers,
}
