namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>How a model server is configured: what a restart brings back.</summary>
public sealed record ServerShape
{
    /// <summary>read_only in the configuration file.</summary>
    public bool ReadOnlyAtStart { get; init; }

    /// <summary>relay_log_recovery.</summary>
    public bool RelayLogRecovery { get; init; }

    public bool LogsReplicaUpdates { get; init; } = true;
    public int DelaySeconds { get; init; }
    public string DataCenter { get; init; } = "east";

    /// <summary>replica_net_timeout, in ticks.</summary>
    public long NetTimeout { get; init; } = Time.Ticks.Of(4);

    /// <summary>SOURCE_HEARTBEAT_PERIOD, in ticks; 0 for none.</summary>
    public long Heartbeat { get; init; } = UsualHeartbeat;

    /// <summary>It expects nothing of an idle source for so long that it cannot tell whether that is silent.</summary>
    public bool NoticesLate => Heartbeat != UsualHeartbeat;

    private const long UsualHeartbeat = Time.Ticks.Second;

    /// <summary>How long the applier takes for one transaction, in ticks.</summary>
    public long ApplyTakes { get; init; } = Time.Ticks.Millisecond;
}
