using OrchestratorFunctions.App.Settings;

namespace OrchestratorFunctions.App;

/// <summary>Names that stand in triggers, host.json and Bicep alike; tests compare them.</summary>
public static class Names
{
    /// <summary>The Service Bus queue of failures, and the settings section of the connection to it.</summary>
    public const string FailureQueue = "failures", FailureBus = FailureBusOptions.Section;

    /// <summary>Orchestrations.</summary>
    public const string RecoverCluster = "RecoverCluster", RunPlan = "RunPlan";

    /// <summary>Activities.</summary>
    public const string BeginRecovery = "BeginRecovery", RunStage = "RunStage", SignalRecovery = "SignalRecovery";

    /// <summary>
    /// The external event that carries an operator's word (<see cref="Recoveries.SignalMessage"/>) to an orchestration.
    /// </summary>
    public const string OperatorEvent = "operator";
}
