using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Tests.Strategies.ParameterServer;

public class PolicyTests
{
    [Fact]
    public void The_gate_opens_for_the_first_n_in_ascending_rank_and_drops_the_late()
    {
        var policy = new SynchronousPolicy([0, 1, 2], quorum: 2);

        Assert.Equal([], Ask(d => policy.Push(2, 0, 0, d)));
        Assert.Equal(["Apply 0 2", "Release 0 2 Accepted"], Ask(d => policy.Push(0, 0, 0, d)));
        Assert.Equal(["Discard 1", "Release 1 Dropped"], Ask(d => policy.Push(1, 0, 1, d)));
    }

    [Fact]
    public void Gradients_of_the_future_and_second_gradients_are_refused()
    {
        var policy = new SynchronousPolicy([0, 1, 2]);
        Ask(d => policy.Push(0, 5, 5, d));

        Assert.Contains("newest is 5", Assert.Throws<InvalidDataException>(() => Ask(d => policy.Push(1, 6, 5, d))).Message, StringComparison.Ordinal);
        Assert.Contains("second gradient", Assert.Throws<InvalidDataException>(() => Ask(d => policy.Push(0, 5, 5, d))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_quorum_a_lost_client_is_waited_for_no_more()
    {
        var policy = new SynchronousPolicy([3, 4, 5]);
        Ask(d => policy.Push(5, 0, 0, d));
        Ask(d => policy.Push(3, 0, 0, d));

        Assert.Equal(["Apply 3 5", "Release 3 5 Accepted"], Ask(d => policy.Remove(4, lost: true, d)));
    }

    [Fact]
    public void Who_waits_for_a_quorum_that_has_gone_home_is_sent_home_too()
    {
        var policy = new SynchronousPolicy([0, 1, 2], quorum: 2);
        Ask(d => policy.Push(1, 0, 0, d));
        Ask(d => policy.Remove(0, lost: false, d));

        Assert.Equal(["Discard 1", "Release 1 Stopped"], Ask(d => policy.Remove(2, lost: false, d)));
    }

    [Fact]
    public void Too_few_left_is_an_error_that_counts()
    {
        var policy = new SynchronousPolicy([0, 1, 2], quorum: 2);
        Ask(d => policy.Remove(0, lost: true, d));

        PeerLostException error = Assert.Throws<PeerLostException>(() => Ask(d => policy.Remove(1, lost: true, d)));

        Assert.Contains("lost so far: 0, 1; an update needs 2 of 3 workers, but 1 are left", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 5L, 2L, true)]
    [InlineData(2, 5L, 2L, false)]
    [InlineData(0, 5L, 5L, true)]
    [InlineData(0, 5L, 4L, false)]
    [InlineData(null, 5000L, 0L, true)]
    public void Async_refuses_above_the_cap_only(int? cap, long version, long baseVersion, bool taken) =>
        Assert.Equal(
            taken ? ["Apply 7", "Release 7 Accepted"] : new[] { "Discard 7", "Release 7 Dropped" },
            Ask(d => new AsynchronousPolicy(cap).Push(7, baseVersion, version, d)));

    [Fact]
    public void Ssp_applies_at_once_and_holds_the_client_at_the_bound()
    {
        var policy = new StaleSynchronousPolicy([0, 1], bound: 1);

        Assert.Equal(["Apply 0", "Release 0 Accepted"], Ask(d => policy.Push(0, 0, 0, d)));
        Assert.Equal(["Apply 0"], Ask(d => policy.Push(0, 0, 0, d)));
        Assert.Equal(["Apply 1", "Release 0 1 Accepted"], Ask(d => policy.Push(1, 0, 0, d)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ssp_takes_who_is_gone_out_of_the_clock(bool lost)
    {
        var policy = new StaleSynchronousPolicy([0, 1, 2], bound: 0);
        Ask(d => policy.Push(2, 0, 0, d));
        Ask(d => policy.Push(1, 0, 0, d));

        Assert.Equal(["ApplyEach 1 2", "Release 1 2 Accepted"], Ask(d => policy.Remove(0, lost, d)));
    }

    /// <summary>Random orders of arrival, leaving and dying: every push is decided on once, everybody who waits is released in the end.</summary>
    [Theory]
    [InlineData("sync")]
    [InlineData("quorum")]
    [InlineData("async")]
    [InlineData("cap")]
    [InlineData("ssp 0")]
    [InlineData("ssp 3")]
    public void Every_push_is_decided_on_exactly_once_and_nobody_is_forgotten(string kind)
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var random = RandomStream.Create(seed, kind);
            int[] clients = [.. Enumerable.Range(10, 1 + random.NextInt32(6))];
            UpdatePolicy policy = kind switch
            {
                "sync" => new SynchronousPolicy(clients),
                "quorum" => new SynchronousPolicy(clients, Math.Max(1, clients.Length - 2)),
                "async" => new AsynchronousPolicy(),
                "cap" => new AsynchronousPolicy(2),
                "ssp 0" => new StaleSynchronousPolicy(clients, 0),
                _ => new StaleSynchronousPolicy(clients, 3),
            };
            var live = new SortedSet<int>(clients);
            var basis = clients.ToDictionary(client => client, _ => 0L);
            var undecided = new SortedSet<int>();
            var waiting = new SortedSet<int>();
            long version = 0;

            void Do(Action<List<Decision>> ask)
            {
                var decisions = new List<Decision>();
                ask(decisions);
                foreach (Decision decision in decisions)
                {
                    if (decision.Kind == DecisionKind.Apply) version++;
                    if (decision.Kind == DecisionKind.ApplyEach) version += decision.Clients.Length;
                    foreach (int client in decision.Clients)
                    {
                        if (decision.Kind != DecisionKind.Release) Assert.True(undecided.Remove(client), $"{client} decided twice");
                        else
                        {
                            Assert.DoesNotContain(client, undecided);
                            Assert.True(waiting.Remove(client), $"{client} released twice");
                            basis[client] = version;
                        }
                    }
                }
            }

            for (int step = 0; step < 60; step++)
            {
                int[] free = [.. live.Except(waiting)];
                if (free.Length == 0) break;
                int client = free[random.NextInt32(free.Length)];
                if (random.NextInt32(40) == 0)
                {
                    live.Remove(client);
                    Do(d => policy.Remove(client, lost: false, d));
                    continue;
                }
                undecided.Add(client);
                waiting.Add(client);
                Do(d => policy.Push(client, basis[client], version, d));
            }
            foreach (int client in live.Except(waiting).ToArray())
            {
                live.Remove(client);
                Do(d => policy.Remove(client, lost: false, d));
            }
            Assert.Empty(waiting);
            Assert.Empty(undecided);
        }
    }

    private static string[] Ask(Action<List<Decision>> ask)
    {
        var decisions = new List<Decision>();
        ask(decisions);
        return [.. decisions.Select(d => $"{d.Kind} {string.Join(' ', d.Clients)}{(d.Kind == DecisionKind.Release ? $" {d.Status}" : "")}")];
    }
}
