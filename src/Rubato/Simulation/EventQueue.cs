namespace Rubato.Simulation;

/// <summary>Events in order of time and, at one instant, in the order in which they were added. Any event can be taken out again.</summary>
/// <remarks>
/// A heap with four children a node: half as deep as a binary one, and its siblings share cache lines. Deadlines are set for every
/// operation and called off by almost all of them, so taking out must be as cheap as adding: O(log n), by the place that an event knows.
/// </remarks>
internal sealed class EventQueue
{
    private const int Children = 4;

    private Entry[] _heap = new Entry[256];
    private int _count;

    /// <summary>The number of events.</summary>
    public int Count => _count;

    /// <summary>Time and order of the first event; there must be one.</summary>
    public (long Ticks, long Order) First => (_heap[0].Ticks, _heap[0].Order);

    /// <summary>Adds an event; orders are unique.</summary>
    public void Add(long ticks, long order, SimulatedEvent @event)
    {
        if (_count == _heap.Length) Array.Resize(ref _heap, 2 * _count);
        Rise(_count++, new Entry(ticks, order, @event));
    }

    /// <summary>Takes the first event; there must be one.</summary>
    public SimulatedEvent TakeFirst()
    {
        SimulatedEvent first = _heap[0].Event;
        TakeOut(0);
        return first;
    }

    /// <summary>Takes an event out; false when it is not in the queue any more.</summary>
    public bool Remove(SimulatedEvent @event)
    {
        if (@event.Place == SimulatedEvent.Absent) return false;
        TakeOut(@event.Place);
        return true;
    }

    private void TakeOut(int place)
    {
        _heap[place].Event.Place = SimulatedEvent.Absent;
        Entry last = _heap[--_count];
        _heap[_count] = default;
        if (place == _count) return;
        if (place > 0 && last.IsBefore(_heap[(place - 1) / Children])) Rise(place, last);
        else Sink(place, last);
    }

    private void Rise(int place, Entry entry)
    {
        while (place > 0)
        {
            int parent = (place - 1) / Children;
            if (!entry.IsBefore(_heap[parent])) break;
            Put(place, _heap[parent]);
            place = parent;
        }
        Put(place, entry);
    }

    private void Sink(int place, Entry entry)
    {
        while (true)
        {
            int first = Children * place + 1;
            if (first >= _count) break;
            int least = first, end = Math.Min(first + Children, _count);
            for (int child = first + 1; child < end; child++)
                if (_heap[child].IsBefore(_heap[least])) least = child;
            if (!_heap[least].IsBefore(entry)) break;
            Put(place, _heap[least]);
            place = least;
        }
        Put(place, entry);
    }

    private void Put(int place, Entry entry)
    {
        _heap[place] = entry;
        entry.Event.Place = place;
    }

    private readonly record struct Entry(long Ticks, long Order, SimulatedEvent Event)
    {
        public bool IsBefore(in Entry other) => Ticks < other.Ticks || (Ticks == other.Ticks && Order < other.Order);
    }
}
