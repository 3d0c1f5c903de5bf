namespace Rubato.Communication;

/// <summary>Sees when its endpoint comes to where it may have to wait. It must not communicate, and it changes nothing.</summary>
/// <remarks>Called on the endpoint's event loop, so it needs no locks.</remarks>
internal interface ICommunicatorObserver
{
    /// <summary>This endpoint calls a collective of several members.</summary>
    /// <param name="call">Equal on all members, and different from every other call's.</param>
    /// <param name="kind">The collective.</param>
    /// <param name="isRoot">Whether this endpoint is its root, where there is one.</param>
    /// <param name="size">The members.</param>
    void Entered(MessageTag call, CollectiveKind kind, bool isRoot, int size)
    {
    }

    /// <summary>This endpoint begins to wait for a message from whomever.</summary>
    void Waiting()
    {
    }

    /// <summary>The message has come.</summary>
    void Waited()
    {
    }
}
