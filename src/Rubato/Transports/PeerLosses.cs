using System.Collections.Immutable;
using Rubato.Communication;

namespace Rubato.Transports;

/// <summary>The peers a transport has lost; each is recorded once. Safe for concurrent use.</summary>
internal sealed class PeerLosses
{
    private ImmutableSortedDictionary<int, PeerLostException> _losses = ImmutableSortedDictionary<int, PeerLostException>.Empty;

    /// <summary>The losses so far, by rank: a snapshot.</summary>
    public IReadOnlyDictionary<int, PeerLostException> Snapshot => Volatile.Read(ref _losses);

    /// <summary>Records a loss; false when that peer was lost already.</summary>
    public bool Add(PeerLostException loss) => ImmutableInterlocked.Update(
        ref _losses, static (losses, added) => losses.ContainsKey(added.Rank) ? losses : losses.Add(added.Rank, added), loss);

    /// <summary>Throws if the peer is lost.</summary>
    public void ThrowIfLost(int rank, string operation)
    {
        if (Snapshot.TryGetValue(rank, out PeerLostException? loss))
            throw new PeerLostException(rank, operation, TimeSpan.Zero, loss.Reason, loss);
    }
}
