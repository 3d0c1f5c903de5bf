using System.ComponentModel;
using Rubato.Strategies.ParameterServer;

namespace Rubato.Strategies.BackupWorkers;

/// <summary>The options of <c>backup-workers</c>.</summary>
internal sealed record BackupWorkersOptions : ServerOptions
{
    /// <summary>Workers whose gradient an update does without (b); 0 or more, fewer than there are workers, default 1.</summary>
    [Description("slowest workers that an update does without, 0 to workers - 1")]
    public int Backup
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Backup), value,
            $"The strategy asks for {value} backup workers, but the smallest is 0. Use backup=1 to do without the slowest worker.");
    } = 1;
}
