namespace Rubato.Strategies.SlowMo;

/// <summary>The method whose steps are taken between two exact averages.</summary>
internal enum SlowMoBase
{
    /// <summary>Everybody steps alone, as in local SGD.</summary>
    Local,

    /// <summary>Everybody takes the step of the mean gradient, so that replicas are equal at any time.</summary>
    AllReduce,

    /// <summary>Replicas are mixed with the neighbours' in every step (D-PSGD).</summary>
    Gossip,

    /// <summary>Replicas are pushed along a directed graph in every step (stochastic gradient push).</summary>
    Sgp,
}
