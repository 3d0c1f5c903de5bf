using Rubato.Communication;
using Rubato.Numerics;
using Rubato.Strategies.Easgd;
using Rubato.Strategies.ParameterServer;
using Rubato.Tests.Communication;

namespace Rubato.Tests.Strategies.Easgd;

public class ElasticExchangeTests
{
    public static TheoryData<int, float> Cases
    {
        get
        {
            var cases = new TheoryData<int, float>();
            foreach (int length in new[] { 0, 1, 7, 13, 257 })
                foreach (float alpha in new[] { 0, 0.1f, 0.5f, 0.9f, 1 }) cases.Add(length, alpha);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_symmetric_exchange_keeps_the_sum_of_both_ends_and_the_steps_made_meanwhile(int length, float alpha)
    {
        float[] x = Draw(length, 0), z = Draw(length, 1), meanwhile = Draw(length, 2);

        (float[] replica, float[] centre) = Exchange(new ElasticExchange(alpha, IsSymmetric: true), x, z, meanwhile);

        for (int j = 0; j < length; j++) Assert.Equal((double)x[j] + z[j] + meanwhile[j], (double)replica[j] + centre[j], 1e-5);
    }

    [Theory, MemberData(nameof(Cases))]
    public void An_asymmetric_exchange_is_the_two_formulas_of_the_paper_on_the_replica_as_it_is_by_then(int length, float alpha)
    {
        float[] x = Draw(length, 0), z = Draw(length, 1), meanwhile = Draw(length, 2);

        (float[] replica, float[] centre) = Exchange(new ElasticExchange(alpha, IsSymmetric: false), x, z, meanwhile);

        for (int j = 0; j < length; j++)
        {
            double expected = (1 - (double)alpha) * z[j] + (double)alpha * x[j];
            Assert.Equal(expected, centre[j], 1e-5);
            Assert.Equal((1 - (double)alpha) * (x[j] + (double)meanwhile[j]) + (double)alpha * expected, replica[j], 1e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public void At_weight_0_nothing_moves_and_at_weight_1_both_ends_of_an_asymmetric_exchange_are_the_replica(int length)
    {
        float[] x = Draw(length, 0), z = Draw(length, 1), still = new float[length];

        foreach ((ElasticExchange exchange, float[] centre) in ((ElasticExchange, float[])[])[(new(0, true), z), (new(0, false), z), (new(1, false), x)])
        {
            (float[] replica, float[] moved) = Exchange(exchange, x, z, still);
            Assert.Equal(x, replica);
            Assert.Equal(centre, moved);
        }
    }

    // One worker, so that the whole run can be told in a loop. No exchange falls on the last step, where the budget may be used up before it.
    [Theory]
    [InlineData(1, 1, 0.4f)]
    [InlineData(13, 1, 1f)]
    [InlineData(13, 3, 0.7f)]
    public void A_run_of_one_worker_is_the_loop_that_the_formulas_describe(int length, int servers, float alpha)
    {
        const int Period = 3, Steps = 14;
        var job = new TestJob(FormattableString.Invariant($"easgd:mode=asynchronous,symmetric=false,period={Period},alpha={alpha},servers={servers}"))
        {
            Workers = 1,
            Length = length,
            Batches = Steps,
            Momentum = 0,
            Latency = 0.3,
            Rate = _ => 0.1f,
        };
        double[] x = [.. Enumerable.Range(0, length).Select(j => 0.1 * j - 0.7)], z = [.. x];
        float[] gradient = new float[length];

        for (int step = 1; step <= Steps; step++)
        {
            TestWorker.GradientOf(job.Seed, step - 1, [.. x.Select(value => (float)value)], gradient);
            for (int j = 0; j < length; j++)
            {
                x[j] -= 0.1 * gradient[j];
                if (step % Period != 0) continue;
                z[j] = (1 - alpha) * z[j] + alpha * x[j];
                x[j] = (1 - alpha) * x[j] + alpha * z[j];
            }
        }
        TestRun run = TestCluster.Train(job);

        Assert.All(z.Zip(run.Model), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.All(x.Zip(run.States["worker-0-replica"].Fields.Single().Vector!), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_range_of_a_server_that_has_stopped_stays_and_the_others_are_exchanged(bool isSymmetric)
    {
        const int Length = 13;
        var exchange = new ElasticExchange(0.5f, isSymmetric);
        float[] x = Draw(Length, 0), z = Draw(Length, 1), replica = [.. x];
        await using TestWorld world = TestWorld.InProcess(3);

        await world.RunAsync(async communicator =>
        {
            if (communicator.Rank > 0)
            {
                await AnswerOnceAsync(communicator, z[Chunks.Of(communicator.Rank - 1, 2, Length)], exchange, isStopped: communicator.Rank == 1);
                return;
            }
            var client = new CentreClient(workers: 1, servers: 2, exchange);
            Assert.False(await client.ExchangeAsync(communicator, replica, CancellationToken.None));
        });

        Range stopped = Chunks.Of(0, 2, Length), served = Chunks.Of(1, 2, Length);
        (float[] expected, _) = Exchange(exchange, x, z, new float[Length]);
        Assert.Equal(x[stopped], replica[stopped]);
        Assert.Equal(expected[served], replica[served]);
    }

    private static async Task AnswerOnceAsync(ICommunicator world, float[] centre, ElasticExchange exchange, bool isStopped)
    {
        using Message push = await world.ReceiveAsync(0, ServerTags.Requests, CancellationToken.None);
        float[] answer = new float[centre.Length];
        exchange.PullCentre(centre, MessageHeader.Floats(push.Payload.Span), answer);
        var reply = new MessageHeader(MessageKind.Reply, isStopped ? ReplyStatus.Stopped : ReplyStatus.Accepted);
        var parcel = isStopped ? Parcel.Of(reply) : Parcel.Of(reply, answer);
        await world.SendAsync(0, ServerTags.Replies, parcel.Bytes, CancellationToken.None);
    }

    private static (float[] Replica, float[] Centre) Exchange(ElasticExchange exchange, float[] x, float[] z, float[] meanwhile)
    {
        float[] replica = [.. x.Zip(meanwhile, (own, step) => own + step)], centre = [.. z], answer = new float[x.Length];
        exchange.PullCentre(centre, x, answer);
        exchange.PullReplica(replica, answer);
        return (replica, centre);
    }

    private static float[] Draw(int length, int stream)
    {
        var random = RandomStream.Create(5, "exchange", stream);
        return [.. Enumerable.Range(0, length).Select(_ => (float)random.NextNormal())];
    }
}
