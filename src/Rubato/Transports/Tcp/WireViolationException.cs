namespace Rubato.Transports.Tcp;

/// <summary>A peer sent what it may not send; its connection is cut off with this message as the reason.</summary>
internal sealed class WireViolationException(string message) : Exception(message);
