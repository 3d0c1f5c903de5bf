namespace Rubato.Strategies.ShadowSync;

/// <summary>What is evaluated and saved as the model.</summary>
internal enum ShadowModel
{
    /// <summary>The mean of all replicas.</summary>
    Mean,

    /// <summary>The replica of the first worker that is not lost.</summary>
    First,

    /// <summary>The centre on the servers.</summary>
    Centre,
}
