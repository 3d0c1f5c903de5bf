using System.Buffers.Binary;
using System.Collections.Concurrent;
using Rubato.Communication;

namespace Rubato.Transports.Mpi;

/// <summary>The communicators of groups that strategies come to use, made once all members want them.</summary>
/// <remarks>
/// To make one blocks until all members come to it, and two groups with common members, made in different orders, would lock each other. So members
/// tell rank 0 when they want one, and make it when rank 0 says so, in the order in which it says so, which is one for all. A library has
/// room for some thousand communicators only: past <see cref="MpiProcess.MostGroups"/>, and where the library does not allow calls from several threads,
/// further groups stay with messages. That too is rank 0's word, so that all members agree.
/// </remarks>
internal sealed class MpiGroups(MpiProcess process, MpiNetwork network)
{
    private readonly ConcurrentDictionary<int, Wish> _wishes = new();

    // Rank 0's book: who wants which.
    private readonly Dictionary<int, HashSet<int>> _wanted = [];

    /// <summary>Asks for the communicator of a group; null says that the group stays with messages.</summary>
    /// <param name="context">The group's number, the same on all members.</param>
    /// <param name="ranks">The members' MPI ranks in group order.</param>
    public Task<MpiChannel?> WantAsync(int context, int[] ranks)
    {
        Wish wish = _wishes.GetOrAdd(context, _ => new Wish(ranks));
        byte[] list = new byte[sizeof(int) * ranks.Length];
        for (int i = 0; i < ranks.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(list.AsSpan(sizeof(int) * i), ranks[i]);
        if (process.Rank == 0)
        {
            lock (process.Gate) TakeWish(0, context, list);
        }
        else
        {
            network.Notify(0, MpiMessageKind.GroupWanted, process.Rank, new MessageTag(context, 0), list);
        }
        return wish.Granted.Task;
    }

    /// <summary>On rank 0, under the gate: a member wants a communicator.</summary>
    public void TakeWish(int rank, int context, ReadOnlySpan<byte> list)
    {
        if (!_wanted.TryGetValue(context, out HashSet<int>? members)) _wanted.Add(context, members = []);
        members.Add(rank);
        if (members.Count < list.Length / sizeof(int)) return;
        int number = process.NextGroup();
        foreach (int member in members)
        {
            if (member == process.Rank) TakeGrant(context, number);
            else network.Notify(member, MpiMessageKind.GroupGranted, 0, new MessageTag(context, number), default);
        }
    }

    /// <summary>Rank 0 has decided.</summary>
    public void TakeGrant(int context, int number)
    {
        Wish wish = _wishes[context];
        if (number < 0) wish.Granted.TrySetResult(null);
        else _ = MakeAsync(wish, number);
    }

    private async Task MakeAsync(Wish wish, int number)
    {
        try
        {
            nint communicator = await process.MakeGroupAsync(wish.Ranks, number).ConfigureAwait(false);
            wish.Granted.TrySetResult(new MpiChannel(process, communicator, Array.IndexOf(wish.Ranks, process.Rank), wish.Ranks.Length, waitsForAll: false));
        }
        catch (MpiException failure)
        {
            wish.Granted.TrySetException(failure);
        }
    }

    private sealed class Wish(int[] ranks)
    {
        public int[] Ranks => ranks;

        public TaskCompletionSource<MpiChannel?> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
