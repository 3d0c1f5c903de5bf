using Rubato.Compression;
using Rubato.Configuration;
using Rubato.Strategies;

namespace Rubato.Tests.Strategies;

public class StrategyCatalogTests
{
    [Theory]
    [InlineData("backup-workers:backup=3", 3, "backup=2")]
    [InlineData("backup-workers", 1, "backup=0")]
    [InlineData("grouped:groups=5", 4, "groups=4")]
    [InlineData("ds-sync:group-size=5", 4, "group-size=4")]
    [InlineData("ds-sync:deal=racks", 8, "group-size=4")]
    [InlineData("gossip:topology=torus", 7, "topology=ring")]
    [InlineData("gossip:topology=sites", 8, "site-size=4")]
    [InlineData("gossip:topology=ring,site-size=4", 8, "Leave site-size out")]
    [InlineData("ad-psgd:topology=torus", 5, "topology=ring")]
    [InlineData("sgp:peers=8", 8, "peers=7")]
    [InlineData("sgp:graph=ring,peers=2", 8, "Leave peers out")]
    [InlineData("slowmo:base=gossip,topology=torus", 7, "topology=ring")]
    [InlineData("gossip:topology=torus", 1, "1 worker makes no torus")]
    [InlineData("ds-sync:group-size=2", 1, "there is 1 worker. Leave group-size out")]
    [InlineData("ds-sync:deal=racks,group-size=2", 1, "there is 1 worker. Leave group-size and deal out")]
    [InlineData("ds-sync:group-size=5", 4, "there are 4 workers. Use group-size=4 for one group, or leave it out.")]
    [InlineData("ds-sync:deal=racks,group-size=5", 4, "Use group-size=4 for one group.")]
    [InlineData("backup-workers:backup=1", 1, "1 of 1 worker, but")]
    [InlineData("slowmo:base=gossip,site-size=4", 8, "Leave site-size out")]
    [InlineData("slowmo:base=sgp,peers=8", 8, "peers=7")]
    [InlineData("fedavg:period=5,epochs=2", 8, "Leave one of the two out")]
    [InlineData("fedavg:period=60,epochs=1", 8, "period=60 and epochs=1")]
    [InlineData("slowmo:topology=ring", 8, "base=gossip. Leave it out")]
    [InlineData("slowmo:base=all-reduce,topology=ring", 8, "base=gossip. Leave it out")]
    [InlineData("slowmo:base=sgp,site-size=4", 8, "base=gossip. Leave it out")]
    [InlineData("slowmo:base=gossip,graph=ring", 8, "base=sgp. Leave it out")]
    [InlineData("slowmo:peers=2", 8, "base=sgp. Leave it out")]
    [InlineData("slowmo:base=all-reduce,buffers=average", 8, "buffers=keep")]
    public void A_strategy_refuses_too_few_workers_and_names_the_fix(string strategy, int workers, string fix)
    {
        InvalidRequestException error = Assert.Throws<InvalidRequestException>(() => Make(strategy).Validate(workers));

        Assert.Contains(fix, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grouped:groups=0", "groups=4")]
    [InlineData("grouped:membership=sorted", "speed-sorted")]
    [InlineData("grouped:staleness-cap=-1", "no cap")]
    [InlineData("backup-workers:backup=-1", "backup=1")]
    [InlineData("ssp:bound=-2", "bound=0")]
    [InlineData("local-sgd:period=0", "period=1")]
    [InlineData("local-sgd:post-local=2", "post-local=0.5")]
    [InlineData("local-sgd:growth=-1", "growth=1")]
    [InlineData("local-sgd:inner-rate=-0.5", "inner-rate=1")]
    [InlineData("minibatch-sgd:batches=0", "batches=1")]
    [InlineData("minibatch-sgd:scale=square", "linear")]
    [InlineData("accelerated-minibatch-sgd:batches=0", "batches=1")]
    [InlineData("accelerated-minibatch-sgd:scale=fixed", "has no option 'scale'")]
    [InlineData("slowmo:slow-rate=0", "slow-rate=1")]
    [InlineData("slowmo:slow-momentum=1", "slow-momentum=0.7")]
    [InlineData("slowmo:buffers=mean", "average")]
    [InlineData("slowmo:base=allreduce", "all-reduce")]
    [InlineData("slowmo:base=gossip,site-size=0", "site-size=4")]
    [InlineData("slowmo:base=sgp,peers=0", "peers=1")]
    [InlineData("bmuf:block-rate=-1", "block-rate=1")]
    [InlineData("bmuf:block-momentum=1", "Leave it out")]
    [InlineData("fedavg:fraction=0", "fraction=0.1")]
    [InlineData("fedavg:fraction=1.5", "fraction=0.1")]
    [InlineData("fedavg:period=0", "period=1")]
    [InlineData("fedavg:epochs=0", "epochs=1")]
    [InlineData("fedavg:epochs=10001", "1 to 10000")]
    [InlineData("diloco:outer-rate=0", "outer-rate=0.7")]
    [InlineData("diloco:outer-momentum=1", "outer-momentum=0.9")]
    [InlineData("lookahead:slow-rate=1.5", "slow-rate=0.5")]
    [InlineData("overlap-local-sgd:pull-back=1", "pull-back=0.6")]
    [InlineData("overlap-local-sgd:anchor-momentum=-0.1", "anchor-momentum=0.7")]
    [InlineData("easgd:alpha=1.1", "0.9/workers")]
    [InlineData("ds-sync:group-size=1", "group-size=2")]
    [InlineData("ds-sync:deal=rows", "grid, random, racks, fixed")]
    [InlineData("async:servers=0", "servers=1")]
    [InlineData("async:scale=square", "linear")]
    [InlineData("shadowsync:interval=abc", "Write 20ms, for example. (in 'shadowsync:interval=abc')")]
    [InlineData("shadowsync:interval=5", "Write 5ms, for example. (in 'shadowsync:interval=5')")]
    [InlineData("shadowsync:interval=-1ms", "'-1ms' is no time; it must be a number from 0 with unit us, ms or s")]
    [InlineData("shadowsync:interval=1ns", "unit us, ms or s. Write 20ms")]
    [InlineData("shadowsync:interval=1h", "unit us, ms or s. Write 20ms")]
    [InlineData("shadowsync:interval=1min", "unit us, ms or s. Write 20ms")]
    [InlineData("shadowsync:interval=0s", "interval=1us")]
    [InlineData("shadowsync:interval=1000001s", "the longest is 1000000s. Use core=none")]
    [InlineData("all-reduce:servers=2", "takes none")]
    [InlineData("alreduce", "Did you mean 'all-reduce'")]
    public void A_wrong_option_is_refused_and_names_the_fix(string strategy, string fix)
    {
        Assert.Contains(fix, Assert.Throws<InvalidRequestException>(() => Make(strategy)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("all-reduce", BatchAssignment.ByStepAndRank, 0, ModelHome.Workers, false)]
    [InlineData("backup-workers:backup=0", BatchAssignment.ByStepAndRank, 1, ModelHome.Servers, false)]
    [InlineData("backup-workers:backup=2,servers=3", BatchAssignment.OnDemand, 3, ModelHome.Servers, true)]
    [InlineData("local-sgd", BatchAssignment.ByStepAndRank, 0, ModelHome.Replicas, false)]
    [InlineData("fedavg", BatchAssignment.ByStepAndRank, 0, ModelHome.Workers, false)]
    [InlineData("slowmo", BatchAssignment.ByStepAndRank, 0, ModelHome.Replicas, false)]
    [InlineData("slowmo:base=gossip", BatchAssignment.ByStepAndRank, 0, ModelHome.Replicas, false)]
    [InlineData("slowmo:base=all-reduce", BatchAssignment.ByStepAndRank, 0, ModelHome.Workers, false)]
    [InlineData("minibatch-sgd", BatchAssignment.ByStepAndRank, 0, ModelHome.Workers, false)]
    [InlineData("accelerated-minibatch-sgd", BatchAssignment.ByStepAndRank, 0, ModelHome.Workers, false)]
    [InlineData("async", BatchAssignment.OnDemand, 1, ModelHome.Servers, true)]
    [InlineData("ssp:bound=0", BatchAssignment.ByStepAndRank, 1, ModelHome.Servers, false)]
    [InlineData("ssp", BatchAssignment.OnDemand, 1, ModelHome.Servers, true)]
    [InlineData("grouped:groups=1", BatchAssignment.ByStepAndRank, 2, ModelHome.Servers, false)]
    [InlineData("grouped:groups=4,servers=2", BatchAssignment.OnDemand, 6, ModelHome.Servers, true)]
    public void A_definition_says_what_it_needs_of_a_job(string strategy, BatchAssignment assignment, int servers, ModelHome home, bool survives)
    {
        StrategyDefinition definition = Make(strategy);

        Assert.Equal(
            (assignment, servers, home, survives),
            (definition.AssignmentFor(8), definition.ServersFor(8), definition.ModelHome, definition.SurvivesLostWorkers));
    }

    [Fact]
    public void Every_option_has_a_default_in_the_list_and_says_what_it_means()
    {
        foreach (CatalogEntry<StrategyDefinition> entry in StrategyCatalog.All.Entries)
        {
            Assert.NotEmpty(entry.Summary);
            Assert.All(entry.Options, option => Assert.NotEmpty(option.Summary));
            Assert.Equal(entry.Create(new Specification(entry.Name)), entry.Create(new Specification(
                entry.Name, entry.Options.Where(option => option.Default.Length > 0).Select(option => new KeyValuePair<string, string>(option.Key, option.Default)))));
        }
    }

    [Fact]
    public void Full_vectors_are_the_only_compression_so_far() =>
        Assert.Equal(["none"], CompressorCatalog.All.Entries.Select(entry => entry.Name));

    private static StrategyDefinition Make(string strategy) => StrategyCatalog.All.Create(Specification.Parse(strategy));
}
