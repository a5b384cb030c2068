using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>What the interpreter of a recovery reaches the world by.</summary>
/// <param name="LookAsync">Looks at a server, and tells who watches it what was seen.</param>
/// <param name="RunStepAsync">Carries out a step under the terms it may be sent under.</param>
/// <param name="RunHookAsync">Runs the hook of a step.</param>
/// <param name="SaveAsync">
/// Stores the record with its newest stage, and what belongs to that; false when the lease is another one's.
/// </param>
/// <param name="HearAsync">
/// What an operator left for the recovery and can be taken in; null when there is nothing.
/// </param>
/// <param name="CalledAsync">Ends when something is left for the recovery in this process.</param>
internal sealed record RecoveryPorts(
    Func<InstanceKey, TimeSpan, CancellationToken, Task<ProbeOutcome>> LookAsync,
    Func<PlannedStep, Topology, StepTerms, CancellationToken, Task<StepResult>> RunStepAsync,
    Func<PlannedStep, Recovery, Topology, CancellationToken, Task<StepResult>> RunHookAsync,
    Func<Recovery, Ledger?, Lease, CancellationToken, Task<bool>> SaveAsync,
    Func<Recovery, CancellationToken, Task<OperatorSignal?>> HearAsync,
    Func<Recovery, CancellationToken, Task<OperatorSignal>> CalledAsync);
