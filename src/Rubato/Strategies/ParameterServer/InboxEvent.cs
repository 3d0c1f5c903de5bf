using Rubato.Communication;

namespace Rubato.Strategies.ParameterServer;

/// <summary>One event of a server's life: a message, a lost rank, or (neither) the stop of the job.</summary>
internal readonly record struct InboxEvent(Message? Message = null, int? Lost = null);
