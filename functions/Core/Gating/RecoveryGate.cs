using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>Whether an actionable problem may be acted on.</summary>
public abstract record GateVerdict
{
    private GateVerdict() { }

    /// <summary>Nothing stands in the way.</summary>
    public sealed record Proceed : GateVerdict;

    /// <summary>Nothing is done, for a reason, and a named setting or act would change that (L7).</summary>
    /// <param name="MayPassSoon">Somebody else may be about to say what is missing: it is worth asking again within moments.</param>
    /// <param name="IsUnderWay">What is asked for is being done already: nothing is held back.</param>
    public sealed record Hold(string Because, string Setting, bool MayPassSoon = false, bool IsUnderWay = false) : GateVerdict;
}

/// <summary>What is known of a cluster when the gate decides. Null means that it could not be read: unknown holds.</summary>
/// <param name="RecoveryEnabled">The global switch.</param>
/// <param name="ClusterDowntime">Downtime of the whole cluster.</param>
/// <param name="Recent">Recoveries of this cluster that changed something, newest first.</param>
public sealed record GateInputs(
    bool? RecoveryEnabled, RecoveryFilter? Filter, BlockWindow Window, Downtime? ClusterDowntime, ImmutableArray<PastRecovery>? Recent, DateTimeOffset Now)
{
    public FleetBreaker Breaker { get; init; } = FleetBreaker.Default;

    /// <summary>Failovers of all clusters that began by themselves within the breaker's window.</summary>
    public ImmutableArray<FleetFailover>? Fleet { get; init; }

    public VantageQuorum Quorum { get; init; } = VantageQuorum.Alone;

    /// <summary>What other vantage points find; empty where they are not asked.</summary>
    public ImmutableArray<VantageReport>? Vantages { get; init; } = ImmutableArray<VantageReport>.Empty;
}

/// <summary>An earlier recovery as the anti-flap window sees it.</summary>
public sealed record PastRecovery(string Id, InstanceKey Subject, InstanceKey? Successor, DateTimeOffset StartedAt, bool IsActive, bool IsAcknowledged, bool IsCancelled = false);

/// <summary>Decides whether to act; asked when a failure is found and again before the first step (S14).</summary>
public static class RecoveryGate
{
    private static readonly GateVerdict Go = new GateVerdict.Proceed();

    public static GateVerdict Decide(Analysis analysis, Topology topology, GateInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        if (analysis.Kind is not { } kind) return new GateVerdict.Hold($"there is no automatic recovery for {analysis.Code}", "");
        // A stale writer comes back soon after a failover: neither the anti-flap window nor a flood of failures is a reason to let it write, and
        // nobody else has to see it first. Every other veto holds (S14).
        var closes = kind.OnlyCloses;
        var window = closes ? new BlockWindow(TimeSpan.Zero) : inputs.Window;
        return Switches(inputs)
            ?? Downtimes(analysis, topology, inputs)
            ?? inputs.Filter!.Decide(topology)
            ?? window.Decide(inputs.Recent!.Value, inputs.Now)
            ?? (closes ? null : inputs.Breaker.Decide(inputs.Fleet, topology.Cluster, inputs.Now))
            ?? (closes ? null : inputs.Quorum.Decide(inputs.Vantages, analysis.Key, inputs.Now))
            ?? Go;
    }

    private static GateVerdict.Hold Disabled { get; } = new("recovery is disabled globally", "global recovery (command enable-recovery)");

    private static GateVerdict.Hold UnknownSwitch { get; } = new("it could not be read whether recovery is enabled", "access to the storage account");

    private static GateVerdict.Hold? Switches(GateInputs inputs)
    {
        if (inputs.RecoveryEnabled is null) return UnknownSwitch;
        if (!inputs.RecoveryEnabled.Value) return Disabled;
        if (inputs.Filter is null) return new("the cluster filter is not known", "Recovery:Clusters");
        return inputs.Recent is null ? new("earlier recoveries could not be read", "access to the storage account") : null;
    }

    private static GateVerdict.Hold? Downtimes(Analysis analysis, Topology topology, GateInputs inputs)
    {
        if (inputs.ClusterDowntime?.IsActiveAt(inputs.Now) == true)
            return new($"the cluster is downtimed by {inputs.ClusterDowntime.Owner} until {inputs.ClusterDowntime.Until:u}: {inputs.ClusterDowntime.Reason}", "downtime of the cluster");
        var downtime = topology[analysis.Key]?.Downtime;
        return downtime?.IsActiveAt(inputs.Now) == true
            ? new($"{analysis.Key} is downtimed by {downtime.Owner} until {downtime.Until:u}: {downtime.Reason}", $"downtime of {analysis.Key}")
            : null;
    }
}
