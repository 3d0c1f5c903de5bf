using Rubato.Communication;

namespace Rubato.Strategies.ParameterServer;

/// <summary>A client's request that has not been answered yet. Owns the message with the gradient until it is spent.</summary>
internal sealed class Request(MessageHeader header, Message message)
{
    private Message? _message = message;

    /// <summary>The request's header.</summary>
    public MessageHeader Header => header;

    /// <summary>Whether the policy has been told of it.</summary>
    public bool Arrived { get; set; }

    /// <summary>Whether it still holds a gradient that was neither applied nor discarded.</summary>
    public bool HoldsGradient => _message is not null && header.Kind == MessageKind.Push;

    /// <summary>The gradient's range.</summary>
    public ReadOnlySpan<float> Gradient =>
        _message is { } held ? MessageHeader.Floats(held.Payload.Span)
        : throw new InvalidOperationException("The gradient of this request was spent already; a policy decided on it twice.");

    /// <summary>Gives the message's buffer back.</summary>
    public void Spend()
    {
        _message?.Dispose();
        _message = null;
    }
}
