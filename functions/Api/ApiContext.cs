using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Operating;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Running;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Api;

/// <summary>What the endpoints read from; each door composes it.</summary>
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

    public DetectionPolicy Detection => Watch.Detection;
}
