using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Flow;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Flow.Settings;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api.Answers;

/// <summary>What the endpoints read from.</summary>
/// <param name="Plans">Rehearses what is not to be run.</param>
/// <param name="Steps">Says what a planned step would send.</param>
/// <param name="StaleAfter">A watcher whose newest heartbeat is older is called away.</param>
public sealed record ApiContext(
    FleetView Fleet, IRecoveryStore Recoveries, ISettingsStore Settings, WatchPolicy Watch, TimeProvider Time,
    TimeSpan StaleAfter, KnownServers Known, OperatorVerbs Verbs, RunOperation Plans, IStepRunner Steps,
    ApiOptions Access, ILogger Log)
{
    /// <summary>Mistakes in this program that looks at servers met; null where nobody counts them.</summary>
    public OwnErrors? Mistakes { get; init; }

    /// <summary>The clusters whose dead primary is replaced by itself.</summary>
    public RecoveryFilter Recovered { get; init; } = RecoveryFilter.All;

    /// <summary>What recoveries may do: by it a replica is one that could be promoted, or is not.</summary>
    public RecoveryPolicy Policy { get; init; } = RecoveryPolicy.Default;

    /// <summary>Finds whose token a request carries; null where there are none.</summary>
    public TokenSignIns? Tokens { get; init; }

    /// <summary>How often callers may act; null where nothing is counted.</summary>
    public CallLimits? Limits { get; init; }

    internal AccessCheck AccessCheck => new(Access, Tokens, Limits, Log);

    /// <summary>Who did what; null where nobody reads it.</summary>
    public IAuditLog? Audit { get; init; }

    public DetectionPolicy Detection => Watch.Detection;

    /// <summary>What the flows of one process and their ports give.</summary>
    /// <param name="settings">Those that the flows were made with.</param>
    public static ApiContext Of(Flows flows, FlowSettings settings, ApiOptions access, TimeProvider time, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(flows);
        ArgumentNullException.ThrowIfNull(settings);
        var ports = flows.Ports;
        return new(
            flows.Fleet, ports.Recoveries, ports.Settings,
            flows.WatchPolicy, time, SweepUnwatched.StaleAfter, flows.Known, flows.Verbs, flows.Plans, ports.Steps,
            access, log)
        {
            Mistakes = ports.Mistakes, Audit = ports.Audit, Recovered = settings.ToGatePolicy().Filter,
            Policy = flows.Policy,
            Tokens = new(ports.Tokens, time, log), Limits = new(access, time),
        };
    }
}
