namespace Rubato.Strategies.ParameterServer;

/// <summary>How the learning rate of an update follows the share of the workers whose gradients it averages.</summary>
internal enum LearningRateScale
{
    /// <summary>
    /// An update that averages a of P workers' gradients takes a/P of the job's rate: the steps of an epoch add up alike in every strategy.
    /// </summary>
    Linear,

    /// <summary>Every update takes the job's rate.</summary>
    Fixed,
}
