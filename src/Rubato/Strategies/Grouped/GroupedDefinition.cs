using System.Globalization;
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
    public override bool SurvivesLostWorkers => Options.IsAdaptive || Fixed > 1;

    /// <inheritdoc/>
    public override int ServersFor(int workers) => Options.Servers + GroupsFor(workers);

    /// <inheritdoc/>
    public override BatchAssignment AssignmentFor(int workers) =>
        !Options.IsAdaptive && Fixed == 1 ? BatchAssignment.ByStepAndRank : BatchAssignment.OnDemand;

    /// <inheritdoc/>
    public override void Validate(int workers)
    {
        if (Options.IsAdaptive)
        {
            var usual = new GroupedOptions();
            if (Options.Membership != usual.Membership)
                throw new InvalidRequestException($"grouped asks for groups=auto and membership={OptionText(Options.Membership)}, but auto sorts workers by speed itself. Leave the membership out.");
            return;
        }
        if (Options != Options with { StalenessLimit = new GroupedOptions().StalenessLimit, StalenessCost = new GroupedOptions().StalenessCost })
            throw new InvalidRequestException($"grouped asks for groups={Options.Groups} and for a staleness limit or cost, which groups=auto alone goes by. Use groups=auto, or leave them out.");
        if (Fixed > workers)
            throw new InvalidRequestException(
                $"grouped asks for {Options.Groups} groups of {workers} workers, but a group needs at least one. "
                + $"Use groups={workers} or less, or more workers.");
    }

    /// <inheritdoc/>
    public override IStrategy CreateWorker(int workers) =>
        new GroupedWorker(workers + Options.Servers, InitialGroups(workers), GroupsFor(workers), FormsBySpeed(workers));

    /// <inheritdoc/>
    public override IServerProgram CreateServer(int index, int workers)
    {
        bool formsBySpeed = FormsBySpeed(workers);
        if (index >= Options.Servers)
            return new GroupServerProgram(index - Options.Servers, InitialGroups(workers), formsBySpeed, Options.Servers, tellsTimes: Options.IsAdaptive);
        return new CentreProgram(
            new AsynchronousPolicy(Options.StalenessCap), [.. Enumerable.Range(workers + Options.Servers, GroupsFor(workers))],
            Options.Servers, Options.Scale, formsBySpeed && index == 0 ? CreateDirectory(workers) : null);
    }

    private int Fixed => int.Parse(Options.Groups, CultureInfo.InvariantCulture);

    // Adaptive grouping has a server ready for as many groups as the staleness limit allows.
    private int GroupsFor(int workers) => Options.IsAdaptive ? (int)Math.Min(workers, Options.StalenessLimit + 1L) : Fixed;

    private GroupDirectory CreateDirectory(int workers) => Options.IsAdaptive
        ? new AdaptiveGrouping(workers, new GroupPlanner(GroupsFor(workers), Options.StalenessCost), InitialGroups(workers), Options.StalenessLimit)
        : new GroupCensus(workers, Fixed);

    private static string OptionText(GroupMembership membership) => membership == GroupMembership.RoundRobin ? "round-robin" : "speed-sorted";

    // With one group, or one worker a group, there is nothing to sort.
    private bool FormsBySpeed(int workers) =>
        Options.IsAdaptive || (Options.Membership == GroupMembership.SpeedSorted && Fixed > 1 && Fixed < workers);

    private int[] InitialGroups(int workers) => Options.Membership == GroupMembership.RoundRobin
        ? GroupPartition.RoundRobin(workers, GroupsFor(workers))
        : GroupPartition.Contiguous(workers, GroupsFor(workers));
}
