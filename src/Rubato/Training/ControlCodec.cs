using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Rubato.Training;

/// <summary>Control messages as bytes: one byte of kind, then the fields in order, little-endian.</summary>
internal static class ControlCodec
{
    public static byte[] Write(ControlMessage message)
    {
        var output = new ArrayBufferWriter<byte>(64);
        switch (message)
        {
            case ControlMessage.Hello: output.Kind(1); break;
            case ControlMessage.AskClock: output.Kind(2); break;
            case ControlMessage.Ready: output.Kind(3); break;
            case ControlMessage.AskTicket ask: output.Kind(4); output.Put(ask.Step); break;
            case ControlMessage.Arrived arrived: output.Kind(5); output.Put(arrived.Step); output.Put(arrived.Last ? 1 : 0); break;
            case ControlMessage.Left: output.Kind(6); break;
            case ControlMessage.Totals totals: output.Kind(7); output.PutAll([totals.Values]); break;
            case ControlMessage.Ledger ledger: output.Kind(8); output.PutAll(ledger.Entries); break;
            case ControlMessage.ModelPart part:
                output.Kind(9);
                output.Put(part.Request);
                output.Put(part.Offset);
                output.PutAll<float>(part.Values);
                break;
            case ControlMessage.State state: output.Kind(10); output.Put(state.Request); state.Snapshot.Write(output); break;
            case ControlMessage.Spans spans: output.Kind(11); output.PutAll(spans.Items); break;
            case ControlMessage.Failed failed:
                output.Kind(12);
                output.Put(failed.Peer);
                output.Put(failed.Waited.Ticks);
                output.PutText(failed.Error);
                break;
            case ControlMessage.Bye: output.Kind(13); break;
            case ControlMessage.Here: output.Kind(14); break;
            case ControlMessage.Note note: output.Kind(15); output.PutText(note.Text); break;
            case ControlMessage.Joins joins: output.Kind(16); output.PutAll(joins.Marks); break;
            case ControlMessage.Waits waits: output.Kind(17); output.PutAll(waits.Caused); break;
            case ControlMessage.Start start: output.Kind(20); output.Put(start.Trace ? 1 : 0); break;
            case ControlMessage.Clock clock: output.Kind(21); output.Put(clock.Reading.Ticks); break;
            case ControlMessage.Go go: output.Kind(22); output.Put(go.Reading.Ticks); break;
            case ControlMessage.Ticket ticket: output.Kind(23); output.Put(ticket.Batch); output.Put(ticket.SamplesApplied); break;
            case ControlMessage.NoTicket: output.Kind(24); break;
            case ControlMessage.Verdict verdict: output.Kind(25); output.Put(verdict.GoOn ? 1 : 0); break;
            case ControlMessage.Stop: output.Kind(26); break;
            case ControlMessage.SendModel send: output.Kind(27); output.Put(send.Request); break;
            case ControlMessage.SendState send: output.Kind(28); output.Put(send.Request); break;
            case ControlMessage.SendCopy send: output.Kind(33); output.Put(send.Request); break;
            case ControlMessage.PeerLost lost: output.Kind(29); output.Put(lost.Endpoint); break;
            case ControlMessage.Finish: output.Kind(30); break;
            case ControlMessage.Abort abort: output.Kind(31); output.PutText(abort.Reason); break;
            case ControlMessage.AreYouThere: output.Kind(32); break;
            default: throw new InvalidOperationException($"Control message {message.GetType().Name} has no kind. Give it one in ControlCodec.");
        }
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no control message.</exception>
    public static ControlMessage Read(ReadOnlySpan<byte> input)
    {
        byte kind = Take(ref input, 1)[0];
        return kind switch
        {
            1 => new ControlMessage.Hello(),
            2 => new ControlMessage.AskClock(),
            3 => new ControlMessage.Ready(),
            4 => new ControlMessage.AskTicket(Long(ref input)),
            5 => new ControlMessage.Arrived(Long(ref input), Long(ref input) != 0),
            6 => new ControlMessage.Left(),
            7 => new ControlMessage.Totals(All<RankTotals>(ref input)[0]),
            8 => new ControlMessage.Ledger(All<LedgerEntry>(ref input)),
            9 => new ControlMessage.ModelPart((int)Long(ref input), (int)Long(ref input), All<float>(ref input)),
            10 => new ControlMessage.State((int)Long(ref input), StateSnapshot.Read(input)),
            11 => new ControlMessage.Spans(All<TraceSpan>(ref input)),
            12 => Failed(ref input),
            13 => new ControlMessage.Bye(),
            14 => new ControlMessage.Here(),
            15 => new ControlMessage.Note(Encoding.UTF8.GetString(input)),
            16 => new ControlMessage.Joins(All<JoinMark>(ref input)),
            17 => new ControlMessage.Waits(All<CausedWait>(ref input)),
            20 => new ControlMessage.Start(Long(ref input) != 0),
            21 => new ControlMessage.Clock(new TimeSpan(Long(ref input))),
            22 => new ControlMessage.Go(new TimeSpan(Long(ref input))),
            23 => new ControlMessage.Ticket(Long(ref input), Long(ref input)),
            24 => new ControlMessage.NoTicket(),
            25 => new ControlMessage.Verdict(Long(ref input) != 0),
            26 => new ControlMessage.Stop(),
            27 => new ControlMessage.SendModel((int)Long(ref input)),
            28 => new ControlMessage.SendState((int)Long(ref input)),
            29 => new ControlMessage.PeerLost((int)Long(ref input)),
            30 => new ControlMessage.Finish(),
            31 => new ControlMessage.Abort(Encoding.UTF8.GetString(input)),
            32 => new ControlMessage.AreYouThere(),
            33 => new ControlMessage.SendCopy((int)Long(ref input)),
            _ => throw new InvalidDataException($"A control message has kind {kind}, which this version does not know. Run one version on all ranks."),
        };
    }

    private static ControlMessage.Failed Failed(ref ReadOnlySpan<byte> input)
    {
        int peer = (int)Long(ref input);
        var waited = new TimeSpan(Long(ref input));
        return new ControlMessage.Failed(Encoding.UTF8.GetString(input), peer, waited);
    }

    private static void Kind(this ArrayBufferWriter<byte> output, byte kind) => output.Write([kind]);

    private static void Put(this ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    private static void PutText(this ArrayBufferWriter<byte> output, string text) => output.Write(Encoding.UTF8.GetBytes(text));

    // Plain structs go as they lie in memory: all ranks of a job run the same program on machines of one byte order.
    private static void PutAll<T>(this ArrayBufferWriter<byte> output, ReadOnlySpan<T> items) where T : unmanaged =>
        output.Write(MemoryMarshal.AsBytes(items));

    private static void PutAll<T>(this ArrayBufferWriter<byte> output, T[] items) where T : unmanaged => output.PutAll<T>(items.AsSpan());

    private static T[] All<T>(ref ReadOnlySpan<byte> input) where T : unmanaged
    {
        T[] items = MemoryMarshal.Cast<byte, T>(input).ToArray();
        input = default;
        return items;
    }

    private static long Long(ref ReadOnlySpan<byte> input) => BinaryPrimitives.ReadInt64LittleEndian(Take(ref input, sizeof(long)));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> input, int length)
    {
        if (input.Length < length)
            throw new InvalidDataException($"A control message ends {length - input.Length} bytes too early. Run one version on all ranks.");
        ReadOnlySpan<byte> taken = input[..length];
        input = input[length..];
        return taken;
    }
}
