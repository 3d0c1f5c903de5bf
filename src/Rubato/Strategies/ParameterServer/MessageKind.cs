namespace Rubato.Strategies.ParameterServer;

/// <summary>What a message of the parameter-server protocol asks or says.</summary>
internal enum MessageKind : byte
{
    /// <summary>Client to server: send me the parameters.</summary>
    Pull = 1,

    /// <summary>Client to server: here is a gradient, send me the parameters when I may go on (fused push-pull).</summary>
    Push = 2,

    /// <summary>Client to server: I am done; no reply.</summary>
    Leave = 3,

    /// <summary>Server to client: the parameters, or the header alone with <see cref="ReplyStatus.Stopped"/>.</summary>
    Reply = 4,

    /// <summary>Following shard to lead shard: I hold the request of the client in the payload.</summary>
    Held = 5,

    /// <summary>Lead shard to following shards: do this; the order of these messages is the order of the decisions.</summary>
    Decision = 6,

    /// <summary>Lead shard to following shards: every client is gone, end.</summary>
    End = 7,

    /// <summary>Group server to the centre: send me the group of every worker.</summary>
    Membership = 8,

    /// <summary>Group server to the centre: how long members took for their last gradients, pairs of worker and microseconds; no reply.</summary>
    Times = 9,

    /// <summary>The centre to group servers: groups were formed anew, this generation; no reply.</summary>
    Regrouped = 10,

    /// <summary>Client to table server: send me these rows.</summary>
    LookUp = 11,

    /// <summary>Client to table server: here are the gradients of these rows, tell me when they are applied.</summary>
    Update = 12,
}
