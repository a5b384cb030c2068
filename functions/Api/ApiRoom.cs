using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api;

/// <summary>What the endpoints read from; each door composes it.</summary>
/// <param name="StaleAfter">A watcher whose newest heartbeat is older is called away.</param>
public sealed record ApiRoom(
    FleetView Fleet, IRecoveryStore Recoveries, ISettingsStore Settings, WatchPolicy Watch, TimeProvider Time,
    TimeSpan StaleAfter, KnownServers Known, OperatorDiscovery Discovery, OperatorVerbs Verbs,
    ApiOptions Access, ILogger Log)
{
    /// <summary>Mistakes in this program that looks at servers met; null where nobody counts them.</summary>
    public OwnErrors? Mistakes { get; init; }

    public DetectionPolicy Detection => Watch.Detection;
}
