using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class ScheduledEventsTests
{
    private static readonly ScheduledEvents Replica = ScheduledEvents.None with { ReplicaSide = Names("a", "b", "c") };

    [Fact]
    public void What_changes_its_state_leaves_the_one_it_had_and_what_is_not_there_stays_away()
    {
        var changed = Replica.With(Names("a", "gone"), EventState.Enabled).With(Names("b"), EventState.Disabled);
        Assert.Equal((Names("a"), Names("b"), Names("c")), (changed.Enabled, changed.Disabled, changed.ReplicaSide));
    }

    [Fact]
    public void An_event_that_was_dropped_is_in_every_state_and_one_whose_name_was_not_kept_in_none()
    {
        Assert.True(Replica.Are(Names("gone"), EventState.Enabled));
        Assert.False(Replica.Are(Names("a"), EventState.Enabled));
        var many = Replica with { ReplicaSide = Replica.ReplicaSide with { More = 3 } };
        Assert.False(many.Are(Names("gone"), EventState.Enabled));
    }

    [Theory]
    [InlineData(EventScheduler.On, 1)]
    [InlineData(EventScheduler.Off, 0)]
    [InlineData(EventScheduler.Disabled, 0)]
    public void Nothing_runs_while_the_scheduler_does_not(EventScheduler scheduler, int running) =>
        Assert.Equal(running, (ScheduledEvents.None with { Scheduler = scheduler, Enabled = Names("a") }).Running.Count);

    private static EventNames Names(params string[] names) => EventNames.Of(names);
}
