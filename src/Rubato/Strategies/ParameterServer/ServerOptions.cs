using System.ComponentModel;

namespace Rubato.Strategies.ParameterServer;

/// <summary>The options that every strategy with a parameter server has.</summary>
internal abstract record ServerOptions
{
    /// <summary>Parameter servers among which the vector is divided in contiguous ranges; 1 to 1024, default 1.</summary>
    [Description("parameter servers that share the vector, 1 to 1024")]
    public int Servers
    {
        get;
        init => field = value is >= 1 and <= 1024 ? value : throw new ArgumentOutOfRangeException(nameof(Servers), value,
            $"The strategy asks for {value} parameter servers, but 1 to 1024 are possible. Use servers=1, or one for every few workers.");
    } = 1;

    /// <summary>How the learning rate follows the share of workers in an update; default linear.</summary>
    [Description("linear: an update by a of P workers takes a/P of the rate; fixed: all of it")]
    public LearningRateScale Scale
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Scale), value,
            $"The learning-rate scale is {value}, which is neither linear nor fixed. Use scale=linear.");
    }
}
