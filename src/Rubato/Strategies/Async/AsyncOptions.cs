using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Async;

/// <summary>The options of <c>async</c>.</summary>
internal sealed record AsyncOptions : ServerOptions;
