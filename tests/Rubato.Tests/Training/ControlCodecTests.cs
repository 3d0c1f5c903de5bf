using Rubato.Numerics;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class ControlCodecTests
{
    private static readonly ControlMessage[] Samples =
    [
        new ControlMessage.Hello(), new ControlMessage.AskClock(), new ControlMessage.Ready(), new ControlMessage.AskTicket(long.MaxValue),
        new ControlMessage.Arrived(7, true), new ControlMessage.Arrived(8, false), new ControlMessage.Left(),
        new ControlMessage.Totals(new RankTotals(1, 2, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4), 5.5, 6, 7, 8, 9)),
        new ControlMessage.Ledger([]), new ControlMessage.Ledger([new(3, LedgerEntry.Dropped, 2, 32), new(0, 5, 1, 16)]),
        new ControlMessage.ModelPart(1, 2, [1f, float.NaN, -0f]), new ControlMessage.ModelPart(1, 0, []),
        new ControlMessage.State(9, StateSnapshot.Of(RandomStream.Create(1, "x"))),
        new ControlMessage.Spans([new TraceSpan(1, TracePhase.Wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 3), new(0, TracePhase.Compute, TimeSpan.Zero, TimeSpan.FromSeconds(1), 4, 5)]),
        new ControlMessage.Joins([new JoinMark(long.MinValue, TimeSpan.FromSeconds(2), 8, JoinRole.Both)]),
        new ControlMessage.Waits([new CausedWait(3, TimeSpan.FromSeconds(4))]),
        new ControlMessage.Failed("größer als 3", -1, TimeSpan.Zero), new ControlMessage.Failed("", 4, TimeSpan.FromSeconds(8)),
        new ControlMessage.Here(), new ControlMessage.AreYouThere(), new ControlMessage.SendCopy(6), new ControlMessage.Bye(),
        new ControlMessage.Start(true), new ControlMessage.Start(false), new ControlMessage.Clock(TimeSpan.FromTicks(-5)),
        new ControlMessage.Go(TimeSpan.MaxValue), new ControlMessage.Ticket(1, 2), new ControlMessage.NoTicket(),
        new ControlMessage.Note("two groups, β ≤ 1"), new ControlMessage.Verdict(true), new ControlMessage.Verdict(false), new ControlMessage.Stop(), new ControlMessage.SendModel(3),
        new ControlMessage.SendState(4), new ControlMessage.PeerLost(5), new ControlMessage.Finish(), new ControlMessage.Abort("why"),
    ];

    [Fact]
    public void Every_message_reads_back_as_it_was_written()
    {
        foreach (ControlMessage message in Samples)
        {
            byte[] bytes = ControlCodec.Write(message);
            ControlMessage read = ControlCodec.Read(bytes);

            Assert.IsType(message.GetType(), read);
            Assert.Equal(bytes, ControlCodec.Write(read));
            if (!message.GetType().GetProperties().Any(property => property.PropertyType.IsArray || property.PropertyType == typeof(StateSnapshot)))
                Assert.Equal(message, read);
        }
        Assert.Equal(
            typeof(ControlMessage).GetNestedTypes().Select(type => type.Name).Order(),
            Samples.Select(message => message.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void What_is_no_message_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => ControlCodec.Read([]));
        Assert.Throws<InvalidDataException>(() => ControlCodec.Read([99]));
        byte[] ticket = ControlCodec.Write(new ControlMessage.Ticket(1, 2));
        for (int length = 1; length < ticket.Length; length++) Assert.Throws<InvalidDataException>(() => ControlCodec.Read(ticket.AsSpan(0, length)));
    }
}
