namespace OrchestratorFunctions.Core.Model;

/// <summary>The variable event_scheduler. Manual: "Event Scheduler Configuration".</summary>
public enum EventScheduler
{
    On,
    Off,

    /// <summary>It was switched off at the start, and only another start switches it on.</summary>
    Disabled,
}
