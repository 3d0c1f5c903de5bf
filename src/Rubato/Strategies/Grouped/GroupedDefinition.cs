using Rubato.Configuration;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.Grouped;

/// <summary><c>grouped</c>: synchronous inside each of G groups, asynchronous between the groups and a central parameter server.</summary>
/// <remarks>
/// <para>Basu, Saxena, Panja, Verma, "Balancing Stragglers Against Staleness in Distributed Deep Learning", HiPC 2018.</para>
/// <para>Worker: <see cref="GroupedWorker"/>. Group servers: <see cref="GroupLoop"/>. Centre: <see cref="CentreProgram"/> with
/// <see cref="AsynchronousPolicy"/>. Paper → here: P workers, G Groups, n_g a group's live members, η_G = η · n_g/P (scale), tauCap StalenessCap.
/// Servers 0 … S−1 are the centre's shards, S … S+G−1 the group servers.</para>
/// <para>Traffic of a step: 24 + 4d bytes up and as many down for a worker; 24·S + 4d up and as many down between a group and the centre.
/// State: the centre's.</para>
/// </remarks>
/// <param name="Options">G, membership, cap, shards, scale.</param>
internal sealed record GroupedDefinition(GroupedOptions Options) : StrategyDefinition
{
    /// <summary>Its entry in the catalogue.</summary>
    public static CatalogEntry<StrategyDefinition> Entry { get; } = CatalogEntry<StrategyDefinition>.Of<GroupedOptions>(
        "grouped", "synchronous inside groups, asynchronous between them", options => new GroupedDefinition(options));

    /// <inheritdoc/>
    public override ModelHome ModelHome => ModelHome.Servers;

    /// <inheritdoc/>
    /// <remarks>One group is synchronous SGD: batches are dealt by rank, and those of a lost worker would never be computed.</remarks>
    public override bool SurvivesLostWorkers => Options.Groups > 1;

    /// <inheritdoc/>
    public override int ServersFor(int workers) => Options.Servers + Options.Groups;

    /// <inheritdoc/>
    public override BatchAssignment AssignmentFor(int workers) =>
        Options.Groups == 1 ? BatchAssignment.ByStepAndRank : BatchAssignment.OnDemand;

    /// <inheritdoc/>
    public override void Validate(int workers)
    {
        if (Options.Groups > workers)
            throw new InvalidRequestException(
                $"grouped asks for {Options.Groups} groups of {workers} workers, but a group needs at least one. "
                + $"Use groups={workers} or less, or more workers.");
    }

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) =>
        new GroupedWorker(workers + Options.Servers, InitialGroups(workers), Options.Groups, FormsBySpeed(workers));

    /// <inheritdoc/>
    public override IServerProgram CreateServer(int index, int workers)
    {
        bool formsBySpeed = FormsBySpeed(workers);
        if (index >= Options.Servers)
            return new GroupServerProgram(index - Options.Servers, InitialGroups(workers), formsBySpeed, Options.Servers);
        return new CentreProgram(
            new AsynchronousPolicy(Options.StalenessCap), [.. Enumerable.Range(workers + Options.Servers, Options.Groups)],
            Options.Servers, Options.Scale, formsBySpeed && index == 0 ? new GroupCensus(workers, Options.Groups) : null);
    }

    // With one group, or one worker a group, there is nothing to sort.
    private bool FormsBySpeed(int workers) =>
        Options.Membership == GroupMembership.SpeedSorted && Options.Groups > 1 && Options.Groups < workers;

    private int[] InitialGroups(int workers) => Options.Membership == GroupMembership.RoundRobin
        ? GroupPartition.RoundRobin(workers, Options.Groups)
        : GroupPartition.Contiguous(workers, Options.Groups);
}
