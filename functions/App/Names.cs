using OrchestratorFunctions.App.Settings;

namespace OrchestratorFunctions.App;

/// <summary>Names that stand in triggers, host.json and Bicep alike; tests compare them.</summary>
public static class Names
{
    /// <summary>The Service Bus queue of failures, and the settings section of the connection to it.</summary>
    public const string FailureQueue = "failures", FailureBus = FailureBusOptions.Section;

    /// <summary>Orchestrations.</summary>
    public const string RecoverCluster = "RecoverCluster", SwitchPrimary = "SwitchPrimary", RunPlan = "RunPlan";

    /// <summary>Activities.</summary>
    public const string BeginRecovery = "BeginRecovery", BeginSwitch = "BeginSwitch", BeginPlan = "BeginPlan", RunStage = "RunStage", TellRecovery = "TellRecovery";

    /// <summary>
    /// The external event that carries an operator's word (<see cref="Recoveries.SpokenWord"/>) to an orchestration.
    /// </summary>
    public const string OperatorEvent = "operator";
}
