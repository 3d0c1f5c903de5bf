using FsCheck;
using FsCheck.Fluent;
using Rubato.Communication;
using Rubato.Tests.Communication;
using Rubato.Transports;

namespace Rubato.Tests.Transports;

public sealed class MailboxTests
{
    private static readonly MessageTag Tag = new(1, 1), Other = new(1, 2);

    [Fact]
    public async Task A_message_goes_to_the_oldest_receiver_that_it_fits()
    {
        using Mailbox mailbox = Open();
        Task<Message> fromTwo = Receive(mailbox, 2, Tag), fromAny = Receive(mailbox, Endpoints.Any, Tag), other = Receive(mailbox, 1, Other);
        await Deliver(mailbox, 1, Tag, 10);
        await Deliver(mailbox, 2, Tag, 20);
        Assert.Equal((10, 20), (await Read(fromAny), await Read(fromTwo)));
        Assert.False(other.IsCompleted);
    }

    [Fact]
    public async Task Unexpected_messages_wait_in_order_of_arrival()
    {
        using Mailbox mailbox = Open();
        foreach ((int source, byte value) in new[] { (1, (byte)10), (2, (byte)20), (1, (byte)11) }) await Deliver(mailbox, source, Tag, value);
        Assert.Equal(20, await Read(Receive(mailbox, 2, Tag)));
        Assert.Equal(10, await Read(Receive(mailbox, Endpoints.Any, Tag)));
        Assert.Equal(11, await Read(Receive(mailbox, 1, Tag)));
    }

    [Fact]
    public async Task A_cancelled_receive_takes_no_message_with_it()
    {
        using Mailbox mailbox = Open();
        using var source = new CancellationTokenSource();
        Task<Message> cancelled = mailbox.ReceiveAsync(1, Tag, source.Token).AsTask();
        Task<Message> next = Receive(mailbox, 1, Tag);
        await source.CancelAsync();
        await Deliver(mailbox, 1, Tag, 7);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(7, await Read(next));

        // And one cancelled before it began takes none either.
        await Deliver(mailbox, 1, Tag, 8);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mailbox.ReceiveAsync(1, Tag, source.Token).AsTask());
        Assert.Equal(8, await Read(Receive(mailbox, 1, Tag)));
    }

    [Fact]
    public async Task What_a_lost_source_had_sent_can_still_be_received()
    {
        using Mailbox mailbox = Open();
        Task<Message> waiting = Receive(mailbox, 1, Other), any = Receive(mailbox, Endpoints.Any, Other);
        await Deliver(mailbox, 1, Tag, 5);
        mailbox.SourceIsGone(1, "killed");

        Assert.Equal((1, "killed"), ((await Assert.ThrowsAsync<PeerLostException>(() => waiting)).Rank, "killed"));
        Assert.Equal(5, await Read(Receive(mailbox, 1, Tag)));
        await Assert.ThrowsAsync<PeerLostException>(() => Receive(mailbox, 1, Tag));
        // A receive from anybody goes on: somebody else may send.
        await Deliver(mailbox, 2, Other, 6);
        Assert.Equal(6, await Read(any));
    }

    [Fact]
    public async Task Past_the_window_delivery_waits_until_there_is_room()
    {
        using Mailbox mailbox = Open(windowBytes: 2);
        await Deliver(mailbox, 1, Tag, 1);
        await Deliver(mailbox, 1, Tag, 2);
        Task third = Deliver(mailbox, 1, Tag, 3), fourth = Deliver(mailbox, 1, Tag, 4);
        Task elsewhere = Deliver(mailbox, 2, Tag, 9);
        Assert.True(elsewhere.IsCompletedSuccessfully, "Each source has a window of its own.");
        Assert.False(third.IsCompleted || fourth.IsCompleted);

        Assert.Equal(1, await Read(Receive(mailbox, 1, Tag)));
        await third;
        Assert.False(fourth.IsCompleted);
        for (byte expected = 2; expected <= 4; expected++) Assert.Equal(expected, await Read(Receive(mailbox, 1, Tag)));
        await fourth;
    }

    [Fact]
    public async Task A_source_that_is_waited_for_is_drained_whatever_its_window()
    {
        using Mailbox mailbox = Open(windowBytes: 1);
        await Deliver(mailbox, 1, Tag, 1);
        Task second = Deliver(mailbox, 1, Tag, 2), wanted = Deliver(mailbox, 1, Other, 3);
        Assert.Equal(3, await Read(Receive(mailbox, 1, Other)));
        await Task.WhenAll(second, wanted);
        Assert.Equal((1, 2), (await Read(Receive(mailbox, 1, Tag)), await Read(Receive(mailbox, Endpoints.Any, Tag))));
    }

    [Fact]
    public async Task A_cancelled_delivery_leaves_no_message()
    {
        using Mailbox mailbox = Open(windowBytes: 1);
        await Deliver(mailbox, 1, Tag, 1);
        using var source = new CancellationTokenSource();
        Task second = mailbox.DeliverAsync(Make(1, Tag, 2), source.Token).AsTask(), third = Deliver(mailbox, 1, Tag, 3);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(1, await Read(Receive(mailbox, 1, Tag)));
        Assert.Equal(3, await Read(Receive(mailbox, 1, Tag)));
        await third;
    }

    [Fact]
    public async Task Disposal_ends_every_wait()
    {
        Mailbox mailbox = Open(windowBytes: 1);
        Task<Message> waiting = Receive(mailbox, 2, Other);
        await Deliver(mailbox, 1, Tag, 1);
        Task blocked = Deliver(mailbox, 1, Tag, 2);
        mailbox.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await blocked;
        Assert.Throws<ObjectDisposedException>(() => { _ = Receive(mailbox, 1, Tag); });
    }

    /// <summary>Any interleaving of deliveries, receives and cancellations agrees with two plain lists.</summary>
    [Fact]
    public void Any_interleaving_agrees_with_the_plain_model()
    {
        Gen<(int Action, int Source, int Tag)> step = from action in Gen.Choose(0, 9) from source in Gen.Choose(0, 2) from tag in Gen.Choose(0, 1) select (action, source, tag);
        Prop.ForAll(step.ListOf().ToArbitrary(), steps => Replay([.. steps])).QuickCheckThrowOnFailure();
    }

    private static bool Replay((int Action, int Source, int Tag)[] steps)
    {
        using Mailbox mailbox = Open();
        var queued = new List<(int Source, int Tag, byte Value)>();
        var waiting = new List<(int From, int Tag, Task<Message> Task, CancellationTokenSource Cancel)>();
        byte next = 0;
        foreach ((int action, int source, int tag) in steps)
        {
            if (action < 5)
            {
                byte value = next++;
                Assert.True(Deliver(mailbox, source, new MessageTag(0, tag), value).IsCompletedSuccessfully);
                int taker = waiting.FindIndex(one => one.Tag == tag && (one.From == Endpoints.Any || one.From == source));
                if (taker < 0) queued.Add((source, tag, value));
                else
                {
                    Assert.Equal(value, Read(waiting[taker].Task).GetAwaiter().GetResult());
                    waiting.RemoveAt(taker);
                }
            }
            else if (action == 9 && waiting.Count > 0)
            {
                int victim = (source + tag) % waiting.Count;
                waiting[victim].Cancel.Cancel();
                Assert.True(waiting[victim].Task.IsCanceled);
                waiting.RemoveAt(victim);
            }
            else
            {
                int from = action >= 8 ? Endpoints.Any : source;
                var cancel = new CancellationTokenSource();
                Task<Message> task = mailbox.ReceiveAsync(from, new MessageTag(0, tag), cancel.Token).AsTask();
                int found = queued.FindIndex(one => one.Tag == tag && (from == Endpoints.Any || one.Source == from));
                if (found < 0) waiting.Add((from, tag, task, cancel));
                else
                {
                    Assert.Equal(queued[found].Value, Read(task).GetAwaiter().GetResult());
                    queued.RemoveAt(found);
                }
            }
            Assert.All(waiting, one => Assert.False(one.Task.IsCompleted));
        }
        return true;
    }

    private static Mailbox Open(long windowBytes = long.MaxValue) => new(new ManualTime(), windowBytes);

    private static Message Make(int source, MessageTag tag, byte value)
    {
        Message message = Message.Rent(source, tag, 1);
        message.Payload.Span[0] = value;
        return message;
    }

    private static Task Deliver(Mailbox mailbox, int source, MessageTag tag, byte value) =>
        mailbox.DeliverAsync(Make(source, tag, value), CancellationToken.None).AsTask();

    private static Task<Message> Receive(Mailbox mailbox, int source, MessageTag tag) => mailbox.ReceiveAsync(source, tag, CancellationToken.None).AsTask();

    private static async Task<int> Read(Task<Message> receive)
    {
        using Message message = await receive.WaitAsync(TimeSpan.FromSeconds(10));
        return message.Payload.Span[0];
    }
}
