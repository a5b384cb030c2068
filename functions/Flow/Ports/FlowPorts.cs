using System.Collections.Immutable;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>Everything outside that the flows need; a door fills it.</summary>
/// <param name="Notices">Null where nobody wants to hear of anything.</param>
public sealed record FlowPorts(
    IInstanceProbe Probe, IStepRunner Steps, ISessionKeeper Sessions, ITopologyStore Topologies,
    IRecoveryStore Recoveries, IClusterLease Leases, ISettingsStore Settings, IAuditLog Audit, IFailureSink Failures,
    NoticePorts? Notices = null)
{
    /// <summary>What operators say of servers besides; recoveries do not ask it.</summary>
    public required IPoolStore Pools { get; init; }

    /// <summary>By which programs sign in.</summary>
    public required ITokenStore Tokens { get; init; }

    /// <summary>Names recoveries. Safe for concurrent use, and seeded differently in every process.</summary>
    public required Random Chance { get; init; }

    /// <summary>Null where no hook is configured: then no plan has one.</summary>
    public IHookRunner? Hooks { get; init; }

    /// <summary>Which hooks plans have, with their times; none where <see cref="Hooks"/> is null.</summary>
    public ImmutableArray<PlannedHook> PlannedHooks { get; init; }

    /// <summary>Mistakes in this program that looks at servers met; null where nobody counts them.</summary>
    public OwnErrors? Mistakes { get; init; }
}
