using Rubato.Numerics;
using Rubato.Simulation;

namespace Rubato.Tests.Simulation;

public class EventQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(1000)]
    public void Events_come_in_order_of_time_and_then_of_adding_whatever_is_taken_out_meanwhile(int count)
    {
        var random = RandomStream.Create(3, "queue", count);
        var queue = new EventQueue();
        var expected = new SortedDictionary<(long, long), SimulatedEvent>();
        long order = 0;
        for (int round = 0; round < 20 * count; round++)
        {
            int action = random.NextInt32(10);
            if (expected.Count < count && action < 6)
            {
                // Few different times, so that many events share an instant.
                (long, long) at = (random.NextInt32(1 + count / 4), order++);
                expected.Add(at, EventAt(queue, at));
            }
            else if (expected.Count > 0 && action < 8)
            {
                (long, long) victim = expected.Keys.ElementAt(random.NextInt32(expected.Count));
                Assert.True(queue.Remove(expected[victim]));
                Assert.False(queue.Remove(expected[victim]));
                expected.Remove(victim);
            }
            else if (expected.Count > 0)
            {
                ((long, long) first, SimulatedEvent @event) = expected.First();
                Assert.Equal(first, queue.First);
                Assert.Same(@event, queue.TakeFirst());
                Assert.False(queue.Remove(@event));
                expected.Remove(first);
            }
            Assert.Equal(expected.Count, queue.Count);
        }
        foreach (SimulatedEvent @event in expected.Values) Assert.Same(@event, queue.TakeFirst());
    }

    private static SimulatedEvent EventAt(EventQueue queue, (long Ticks, long Order) at)
    {
        var @event = new SimulatedEvent(new SimulationLoop().AddRank(0, "rank"), _ => { }, null);
        queue.Add(at.Ticks, at.Order, @event);
        return @event;
    }
}
