using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Enables scheduled events that came from a source, disables them as they were there, or leaves them to another server
/// to run. Definer, schedule and body stay. Only an event that is still as replication or this plan left it is changed
/// (S19): one that was dropped, or that somebody has set otherwise, stays so.
/// </summary>
public sealed record SetEvents(StepTarget Target, EventNames Events, EventState State) : ServerStep(Target)
{
    public EventNames Events { get; init; } = Events ?? EventNames.None;

    /// <summary>The event scheduler is switched on too: it ran where the events came from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool StartsScheduler { get; init; }

    /// <summary>The state that is changed; an event in any other one is left alone.</summary>
    [JsonIgnore]
    public EventState From => State == EventState.ReplicaSide ? EventState.Enabled : EventState.ReplicaSide;

    public override string Says => State switch
    {
        EventState.Enabled when StartsScheduler => $"Enable {Which} on {Target.Key} and let its event scheduler run",
        EventState.Enabled => $"Enable {Which} on {Target.Key}",
        EventState.Disabled => $"Leave {Which} disabled on {Target.Key}, as on the old primary",
        _ => $"Disable {Which} on {Target.Key} as on a replica, and wait until none of them runs",
    };

    private string Which => $"{Events.Names.Length} scheduled event{(Events.Names.Length == 1 ? "" : "s")}";

    public override bool IsSatisfiedBy(Instance instance) => instance.Events is { } events
        && events.Are(Events, State) && (!StartsScheduler || events.Scheduler == EventScheduler.On);

    public override Topology Effect(Topology topology) =>
        Change(topology, i => i with { Events = i.Events is { } events ? Changed(events) : null });

    private ScheduledEvents Changed(ScheduledEvents events) => events.With(Events, State) with
    {
        Scheduler = StartsScheduler ? EventScheduler.On : events.Scheduler,
    };
}
