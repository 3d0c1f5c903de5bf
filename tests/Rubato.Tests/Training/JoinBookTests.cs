using Rubato.Numerics;
using Rubato.Training;

namespace Rubato.Tests.Training;

public sealed class JoinBookTests
{
    private readonly List<CausedWait> _caused = [];
    private readonly List<(int Rank, TimeSpan Start, TimeSpan Wait)> _waited = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Caused_waits_add_up_to_the_waits_whatever_the_times_and_the_order_of_the_marks(int size)
    {
        RandomStream random = RandomStream.Create(1, "joins", size);
        JoinBook book = Book();
        for (int call = 0; call < 50; call++)
        {
            // Few different times, so that many are tied.
            JoinMember[] members = [.. Enumerable.Range(0, size).Select(rank => new JoinMember(rank, new TimeSpan(random.NextInt32(5) * 7L), (JoinRole)(1 + random.NextInt32(3))))];
            int first = random.NextInt32(size);
            for (int i = 0; i < size; i++)
            {
                JoinMember member = members[(first + i) % size];
                book.Take(member.Rank, [new JoinMark(call, member.Ready, size, member.Role)]);
            }
        }

        Assert.Equal(_waited.Sum(wait => wait.Wait.Ticks), _caused.Sum(wait => wait.Wait.Ticks));
        Assert.All(_waited, wait => Assert.True(wait.Wait > TimeSpan.Zero));
        Assert.Equal(0, book.Held);
    }

    [Fact]
    public void The_last_to_be_ready_causes_what_the_others_wait()
    {
        JoinBook book = Book();
        Mark(book, 0, 10, JoinRole.Both);
        Mark(book, 2, 12, JoinRole.Both);
        Assert.Empty(_caused);
        Mark(book, 1, 15, JoinRole.Both);

        Assert.Equal([new CausedWait(1, new TimeSpan(8))], _caused);
        Assert.Equal([(0, new TimeSpan(10), new TimeSpan(5)), (2, new TimeSpan(12), new TimeSpan(3))], _waited);
    }

    [Fact]
    public void Who_waits_for_a_root_waits_for_nobody_else()
    {
        JoinBook book = Book();
        Mark(book, 0, 10, JoinRole.Waits);
        Mark(book, 1, 15, JoinRole.IsWaitedFor);
        Mark(book, 2, 30, JoinRole.Waits);

        Assert.Equal([new CausedWait(1, new TimeSpan(5))], _caused);
    }

    [Fact]
    public void Joins_that_never_become_whole_are_forgotten_before_they_fill_the_memory()
    {
        JoinBook book = Book();
        JoinMark[] marks = [.. Enumerable.Range(0, JoinBook.MostMarks + 10).Select(call => new JoinMark(call, TimeSpan.Zero, 2, JoinRole.Both))];

        book.Take(0, marks);
        Assert.Equal(JoinBook.MostMarks, book.Held);
        book.Take(1, [new JoinMark(JoinBook.MostMarks + 5, new TimeSpan(3), 2, JoinRole.Both)]);

        Assert.Equal([new CausedWait(1, new TimeSpan(3))], _caused);
        Assert.Equal(JoinBook.MostMarks - 1, book.Held);
    }

    private JoinBook Book() => new(_caused.Add, (rank, start, wait) => _waited.Add((rank, start, wait)));

    private static void Mark(JoinBook book, int rank, long ready, JoinRole role) => book.Take(rank, [new JoinMark(1, new TimeSpan(ready), 3, role)]);
}
