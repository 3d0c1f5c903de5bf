using System.ComponentModel;
using Rubato.Configuration;

namespace Rubato.Strategies.ShadowSync;

/// <summary>The options of <c>shadowsync</c>.</summary>
internal sealed record ShadowSyncOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1_000_000);

    /// <summary>What a synchronization does; default easgd.</summary>
    [Description("what a synchronization does: easgd with a centre on servers, ma and bmuf with an all-reduce, none for replicas that never meet")]
    public ShadowCore Core { get; init; }

    /// <summary>Threads that train one replica at once, without locks (m); 1 to 64, default 1.</summary>
    [Description("threads of each worker that train its replica at once, without locks, 1 to 64")]
    public int Threads
    {
        get;
        init => field = value is >= 1 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(Threads), value,
            $"A worker has {value} threads, but 1 to 64 are possible. Use threads=2, for example.");
    } = 1;

    /// <summary>The share of its distance that a synchronization takes a replica (α); from 0, which moves nothing, to 1; default 0.5.</summary>
    [Description("share of its distance that a synchronization takes a replica, from 0 to 1; 0.5 unless given")]
    public float? Alpha
    {
        get;
        init => field = value is null or (>= 0 and <= 1) ? value : throw new ArgumentOutOfRangeException(nameof(Alpha), value,
            $"The weight of a synchronization is {value}, but it must be from 0 to 1. Use alpha=0.5.");
    }

    /// <summary>The rest of the shadow between two synchronizations, a time above 0; default 10ms.</summary>
    [Description("rest between two synchronizations in the background, a time above 0; 10ms unless given")]
    public string? Interval
    {
        get;
        init
        {
            TimeSpan? time = value is null ? null : Quantity.ParseTime("interval", value);
            // A network that takes no time would let the shadow go round for ever at one moment.
            if (time == TimeSpan.Zero)
                throw new ArgumentOutOfRangeException(nameof(Interval), value, $"The interval is {value}, but it must be above 0. Use interval=1us for as often as possible.");
            // No timer takes more than 49 days.
            if (time > Longest)
                throw new ArgumentOutOfRangeException(nameof(Interval), value, $"The interval is {value}, but the longest is {Quantity.Write(Longest)}. Use core=none for replicas that never meet.");
            field = value;
        }
    }

    /// <summary>Steps of each thread between two synchronizations that it waits for itself (k), at least 1; default none given, which synchronizes in the background.</summary>
    [Description("steps of a thread between two synchronizations in the foreground, at least 1; empty for the background")]
    public int? FixedRate
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(FixedRate), value,
            $"The fixed rate is {value} steps, but the smallest is 1. Use fixed-rate=5, or leave it out for the background.");
    }

    /// <summary>From where a replica of <c>ma</c> and <c>bmuf</c> goes; default live.</summary>
    [Description("live: a replica of ma or bmuf goes from where it is now; snapshot: it keeps the steps made meanwhile; live unless given")]
    public ShadowBlend? Blend { get; init; }

    /// <summary>The momentum of the global model of <c>bmuf</c> (μ), from 0 to below 1; default 0.</summary>
    [Description("momentum of bmuf's global model, from 0 to below 1; 0 unless given")]
    public float? BlockMomentum
    {
        get;
        init => field = value is null or (>= 0 and < 1) ? value : throw new ArgumentOutOfRangeException(nameof(BlockMomentum), value,
            $"The block momentum is {value}, but it must be from 0 to below 1. Leave it out for 0.");
    }

    /// <summary>The share of its distance to the mean that the global model of <c>bmuf</c> takes (η_b), above 0; default 1.</summary>
    [Description("share of its distance to the mean that bmuf's global model takes, above 0; 1 unless given")]
    public float? BlockRate
    {
        get;
        init => field = value is null || (value > 0 && float.IsFinite(value.Value)) ? value : throw new ArgumentOutOfRangeException(nameof(BlockRate), value,
            $"The block rate is {value}, but it must be above 0. Leave it out for 1.");
    }

    /// <summary>Servers that share the centre of <c>easgd</c>; 1 to 1024, default 1.</summary>
    [Description("servers that share the centre of easgd, 1 to 1024; 1 unless given")]
    public int? Servers
    {
        get;
        init => field = value is null or (>= 1 and <= 1024) ? value : throw new ArgumentOutOfRangeException(nameof(Servers), value,
            $"The centre is shared by {value} servers, but 1 to 1024 are possible. Use servers=1.");
    }

    /// <summary>Whether replica and centre of <c>easgd</c> change by the same in an exchange, so that their sum stays; default true.</summary>
    [Description("true for a replica and a centre of easgd that change by the same; false for a replica that goes towards the new centre; true unless given")]
    public bool? Symmetric { get; init; }

    /// <summary>Where the embedding table of the model lives; default replicas.</summary>
    [Description("replicas: embedding tables are part of every replica; servers: one copy on servers of their own, which look rows up and apply their gradients at once")]
    public ShadowTables Tables { get; init; }

    /// <summary>Servers that share the rows of the table, with <c>tables=servers</c>; 1 to 1024, default 1.</summary>
    [Description("servers that share the rows of tables=servers, 1 to 1024; 1 unless given")]
    public int? TableServers
    {
        get;
        init => field = value is null or (>= 1 and <= 1024) ? value : throw new ArgumentOutOfRangeException(nameof(TableServers), value,
            $"The table is shared by {value} servers, but 1 to 1024 are possible. Use table-servers=1.");
    }

    /// <summary>The learning rate of the table before the schedule, with <c>tables=servers</c>, above 0; default the job's.</summary>
    [Description("learning rate of tables=servers before the schedule, above 0; the job's unless given")]
    public float? TableRate
    {
        get;
        init => field = value is null || (value > 0 && float.IsFinite(value.Value)) ? value : throw new ArgumentOutOfRangeException(nameof(TableRate), value,
            $"The learning rate of the table is {value}, but it must be above 0. Leave it out for the job's.");
    }

    /// <summary>What is evaluated and saved; default mean.</summary>
    [Description("what is evaluated and saved: the mean of all replicas, the first one, or the centre of easgd")]
    public ShadowModel Model { get; init; }
}
