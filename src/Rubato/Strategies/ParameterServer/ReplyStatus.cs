namespace Rubato.Strategies.ParameterServer;

/// <summary>What became of a request.</summary>
internal enum ReplyStatus : byte
{
    /// <summary>The gradient entered the model, or a pull was answered.</summary>
    Accepted = 0,

    /// <summary>The gradient came too late and was thrown away; the parameters in the reply are fresh.</summary>
    Dropped = 1,

    /// <summary>The budget is used up: no parameters follow.</summary>
    Stopped = 2,

    /// <summary>The worker belongs to another group now; no parameters follow.</summary>
    Moved = 3,
}
