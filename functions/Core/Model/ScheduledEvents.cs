using System.Text.Json.Serialization;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// The scheduled events of one server, by what it does with them (decision 0033). Source: information_schema.EVENTS,
/// which shows all of them only to an account that has EVENT on all databases.
/// </summary>
public sealed record ScheduledEvents(
    EventScheduler Scheduler, EventNames Enabled, EventNames Disabled, EventNames ReplicaSide)
{
    /// <summary>There are none.</summary>
    public static ScheduledEvents None { get; } =
        new(EventScheduler.On, EventNames.None, EventNames.None, EventNames.None);

    public EventNames Enabled { get; init; } = Enabled ?? EventNames.None;
    public EventNames Disabled { get; init; } = Disabled ?? EventNames.None;
    public EventNames ReplicaSide { get; init; } = ReplicaSide ?? EventNames.None;

    /// <summary>Those that run by themselves: none while the scheduler does not run.</summary>
    [JsonIgnore]
    public EventNames Running => Scheduler == EventScheduler.On ? Enabled : EventNames.None;

    public EventNames Of(EventState state) => state switch
    {
        EventState.Enabled => Enabled,
        EventState.Disabled => Disabled,
        _ => ReplicaSide,
    };

    /// <summary>
    /// Whether every one of them is in that state, or is there no more. One whose name was not kept is not known to be.
    /// </summary>
    public bool Are(EventNames names, EventState state)
    {
        ArgumentNullException.ThrowIfNull(names);
        var isWhole = Enabled.More + Disabled.More + ReplicaSide.More == 0;
        return names.Names.All(name => Of(state).Has(name) || (isWhole && !IsThere(name)));
    }

    /// <summary>The same with some of them in another state.</summary>
    public ScheduledEvents With(EventNames names, EventState state)
    {
        ArgumentNullException.ThrowIfNull(names);
        var there = EventNames.Of(names.Names.Where(IsThere));
        EventNames Now(EventState s) => s == state ? Of(s).With(there) : Of(s).Without(there);
        return new(Scheduler, Now(EventState.Enabled), Now(EventState.Disabled), Now(EventState.ReplicaSide));
    }

    private bool IsThere(string name) => Enabled.Has(name) || Disabled.Has(name) || ReplicaSide.Has(name);
}
