using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// What a server has executed. MySQL: <c>gtid_mode</c>, <c>@@GLOBAL.gtid_executed</c>, <c>gtid_purged</c>;
/// MariaDB: always on, <see cref="Executed"/> is <c>gtid_binlog_state</c> (or <c>gtid_current_pos</c> without a binary
/// log).
/// </summary>
public sealed record GtidState(bool Enabled, GtidPosition Executed, GtidPosition? Purged = null)
{
    public static GtidState Off { get; } = new(false, GtidSet.Empty);
}
