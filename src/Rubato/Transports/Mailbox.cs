using Rubato.Communication;

namespace Rubato.Transports;

/// <summary>Where a transport's incoming messages wait for their receivers, and receivers for their messages.</summary>
/// <remarks>
/// <para>A receiver names a source (or any) and a tag; the oldest message that fits is its own. Messages that nobody waits for are queued,
/// up to a window of bytes for each source: past it, <see cref="DeliverAsync"/> waits, unless somebody waits for a message of
/// that source. A source that is waited for is therefore always drained, so the window cannot lock two ranks that receive what they are sent.</para>
/// <para><paramref name="goneBecause"/> says why a source is gone that this mailbox has nothing of: a network of thousands keeps that in one place.</para>
/// <para>Safe for concurrent use. Receivers are completed asynchronously, so their code runs on their own context, never on the deliverer's.</para>
/// </remarks>
internal sealed class Mailbox(TimeProvider time, long windowBytes, Func<int, string?>? goneBecause = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<MessageTag, Slot> _slots = [];
    private readonly Dictionary<int, Source> _sources = [];
    private int _waitingForAny;
    private bool _disposed;

    /// <summary>Hands over a message, whose ownership passes to the mailbox; completes when there was room for it.</summary>
    public ValueTask DeliverAsync(Message message, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                message.Dispose();
                return default;
            }
            Source source = SourceOf(message.Source);
            if (source.Pending.Count == 0 && HasRoom(source))
            {
                Accept(source, message);
                return default;
            }
            var delivery = new Delivery(this, source, message);
            source.Pending.AddLast(delivery);
            delivery.Registration = cancellation.UnsafeRegister(static (state, token) => ((Delivery)state!).Cancel(token), delivery);
            return new ValueTask(delivery.Task);
        }
    }

    /// <summary>Takes the oldest message that fits, or waits for it.</summary>
    /// <exception cref="PeerLostException">The named source is gone and nothing that fits is left of it.</exception>
    public ValueTask<Message> ReceiveAsync(int from, MessageTag tag, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled<Message>(cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_slots.TryGetValue(tag, out Slot? slot)) _slots.Add(tag, slot = new Slot());
            if (slot.Take(from) is { } message)
            {
                if (slot.IsEmpty) _slots.Remove(tag);
                Source source = SourceOf(message.Source);
                source.QueuedBytes -= message.Payload.Length;
                AdmitPending(source);
                return new ValueTask<Message>(message);
            }

            var receiver = new Receiver(this, from, tag, slot, time.GetTimestamp());
            slot.Receivers.Add(receiver);
            if (from == Endpoints.Any)
            {
                _waitingForAny++;
                foreach (Source source in _sources.Values) AdmitPending(source);
            }
            else
            {
                Source source = SourceOf(from);
                source.Receivers++;
                AdmitPending(source);
                if ((source.GoneBecause ?? goneBecause?.Invoke(from)) is { } reason && Remove(receiver)) FailGone(receiver, reason);
            }
            if (!receiver.Task.IsCompleted)
                receiver.Registration = cancellation.UnsafeRegister(static (state, token) => ((Receiver)state!).Cancel(token), receiver);
            return new ValueTask<Message>(receiver.Task);
        }
    }

    /// <summary>No more messages come from this source: those who wait for it by name fail; what is queued can still be received.</summary>
    public void SourceIsGone(int rank, string reason)
    {
        lock (_gate)
        {
            if (_disposed) return;
            if (goneBecause is not null && !_sources.ContainsKey(rank)) return;
            SourceOf(rank).GoneBecause ??= reason;
            foreach (Receiver receiver in ReceiversFrom(rank))
                if (Remove(receiver)) FailGone(receiver, reason);
        }
    }

    /// <summary>Gives queued messages back to the pool; whoever waits gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            foreach (Slot slot in _slots.Values)
            {
                foreach (Message message in slot.Messages) message.Dispose();
                foreach (Receiver receiver in slot.Receivers)
                {
                    receiver.Registration.Unregister();
                    receiver.TrySetException(new ObjectDisposedException("transport", "The transport was disposed while a receive was waiting."));
                }
            }
            _slots.Clear();
            foreach (Delivery delivery in _sources.Values.SelectMany(source => source.Pending))
            {
                delivery.Registration.Unregister();
                delivery.Message.Dispose();
                delivery.TrySetResult();
            }
            _sources.Clear();
        }
    }

    private bool HasRoom(Source source) => source.QueuedBytes < windowBytes || source.Receivers + _waitingForAny > 0;

    private void AdmitPending(Source source)
    {
        while (source.Pending.First is { } first && HasRoom(source))
        {
            source.Pending.RemoveFirst();
            first.Value.Registration.Unregister();
            Accept(source, first.Value.Message);
            first.Value.TrySetResult();
        }
    }

    private void Accept(Source source, Message message)
    {
        if (!_slots.TryGetValue(message.Tag, out Slot? slot)) _slots.Add(message.Tag, slot = new Slot());
        foreach (Receiver receiver in slot.Receivers)
        {
            if (receiver.From != Endpoints.Any && receiver.From != message.Source) continue;
            Remove(receiver);
            receiver.TrySetResult(message);
            return;
        }
        slot.Messages.Add(message);
        source.QueuedBytes += message.Payload.Length;
    }

    private bool Remove(Receiver receiver)
    {
        if (!receiver.Slot.Receivers.Remove(receiver)) return false;
        receiver.Registration.Unregister();
        if (receiver.Slot.IsEmpty) _slots.Remove(receiver.Tag);
        if (receiver.From == Endpoints.Any) _waitingForAny--;
        else SourceOf(receiver.From).Receivers--;
        return true;
    }

    private void FailGone(Receiver receiver, string reason) => receiver.TrySetException(
        new PeerLostException(receiver.From, "receive", time.GetElapsedTime(receiver.Started), reason));

    private List<Receiver> ReceiversFrom(int rank) =>
        [.. _slots.Values.SelectMany(slot => slot.Receivers).Where(receiver => receiver.From == rank)];

    private Source SourceOf(int rank)
    {
        if (!_sources.TryGetValue(rank, out Source? source)) _sources.Add(rank, source = new Source());
        return source;
    }

    /// <summary>What waits under one tag: messages in order of arrival, or receivers in order of their calls.</summary>
    private sealed class Slot
    {
        public List<Message> Messages { get; } = [];

        public List<Receiver> Receivers { get; } = [];

        public bool IsEmpty => Messages.Count + Receivers.Count == 0;

        public Message? Take(int from)
        {
            for (int i = 0; i < Messages.Count; i++)
            {
                Message message = Messages[i];
                if (from != Endpoints.Any && from != message.Source) continue;
                Messages.RemoveAt(i);
                return message;
            }
            return null;
        }
    }

    private sealed class Source
    {
        public long QueuedBytes { get; set; }

        public int Receivers { get; set; }

        public string? GoneBecause { get; set; }

        public LinkedList<Delivery> Pending { get; } = [];
    }

    private sealed class Receiver(Mailbox mailbox, int from, MessageTag tag, Slot slot, long started)
        : TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int From => from;

        public MessageTag Tag => tag;

        public Slot Slot => slot;

        public long Started => started;

        public CancellationTokenRegistration Registration { get; set; }

        public void Cancel(CancellationToken cancellation)
        {
            lock (mailbox._gate)
                if (mailbox.Remove(this)) TrySetCanceled(cancellation);
        }
    }

    private sealed class Delivery(Mailbox mailbox, Source source, Message message)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public Message Message => message;

        public CancellationTokenRegistration Registration { get; set; }

        public void Cancel(CancellationToken cancellation)
        {
            lock (mailbox._gate)
            {
                if (!source.Pending.Remove(this)) return;
                message.Dispose();
                TrySetCanceled(cancellation);
            }
        }
    }
}
