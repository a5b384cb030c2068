using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Reading;

namespace OrchestratorFunctions.MySql.Tests.Reading;

/// <summary>None seen is none only for an account that sees all of them (S16).</summary>
public sealed class EventMappingTests
{
    private const string May = "GRANT PROCESS, EVENT ON *.* TO `o`@`%`";

    [Theory]
    [InlineData(true, May)]
    [InlineData(true, "GRANT ALL PRIVILEGES ON *.* TO `o`@`%`")]
    [InlineData(true, "GRANT `r`@`%` TO `o`@`%`", May)]
    [InlineData(false, "GRANT PROCESS ON *.* TO `o`@`%`")]
    [InlineData(false, "GRANT PROCESS ON *.* TO `o`@`%`", "GRANT EVENT ON `shop`.* TO `o`@`%`")]
    [InlineData(false, May, "REVOKE EVENT ON `secret`.* FROM `o`@`%`")]
    [InlineData(false)]
    public void They_are_known_where_the_account_sees_those_of_every_database(bool isKnown, params string[] grants)
    {
        var events = EventMapping.Map(Answers("ON", grants), new ProbeMemory());
        Assert.Equal(isKnown ? ScheduledEvents.None : null, events);
    }

    [Fact]
    public void They_stand_by_what_the_server_does_with_them_in_the_words_of_every_version()
    {
        var read = EventMapping.Read(QueryResult.Of(
            ["EVENT_SCHEMA", "EVENT_NAME", "STATUS"], ["shop", "nightly", "ENABLED"], ["shop", "re`port", "DISABLED"],
            ["shop", "old", "SLAVESIDE_DISABLED"], ["shop", "new", "REPLICA_SIDE_DISABLED"]));
        Assert.Equal(EventNames.Of(["`shop`.`nightly`"]), read.Enabled);
        Assert.Equal(EventNames.Of(["`shop`.`re``port`"]), read.Disabled);
        Assert.Equal(EventNames.Of(["`shop`.`new`", "`shop`.`old`"]), read.ReplicaSide);
    }

    [Theory]
    [InlineData("ON", EventScheduler.On)]
    [InlineData("OFF", EventScheduler.Off)]
    [InlineData("DISABLED", EventScheduler.Disabled)]
    public void The_scheduler_is_told(string value, EventScheduler scheduler) =>
        Assert.Equal(scheduler, EventMapping.Map(Answers(value, May), new ProbeMemory())!.Scheduler);

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void More_than_can_be_listed_are_not_known(int events, bool isKnown)
    {
        var answers = Answers("ON", May);
        answers[ProbePart.Events] = QueryResult.Of(
            ["EVENT_SCHEMA", "EVENT_NAME", "STATUS"], [.. Enumerable.Range(0, events).Select(i => (string[])["shop", $"e{i}", "DISABLED"])]);
        Assert.Equal(isKnown, EventMapping.Map(answers, new ProbeMemory()) is not null);
    }

    [Fact]
    public void What_was_not_asked_is_not_known()
    {
        var answers = Answers("ON", May);
        answers.Remove(ProbePart.Events);
        Assert.Null(EventMapping.Map(answers, new ProbeMemory()));
    }

    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_server_tells_them_and_a_replica_that_its_source_runs_them(string kind)
    {
        await using var fleet = await Fleets.StartAsync(kind);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        Assert.Equal(EventNames.None, (await fleet.SeeAsync(primary)).Events!.Enabled);
        await primary.ExecuteAsync(
            "CREATE EVENT app.nightly ON SCHEDULE EVERY 1 DAY DO DO 1; CREATE EVENT app.idle ON SCHEDULE EVERY 1 DAY DISABLE DO DO 1");
        var (nightly, idle) = (EventNames.Of(["`app`.`nightly`"]), EventNames.Of(["`app`.`idle`"]));

        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(primary)).Events is { } e
            && e.Enabled == nightly && e.Disabled == idle && e.ReplicaSide.IsEmpty, "the primary has two");
        // The replica does not know that one of them is disabled at its source.
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Events is { } e
            && e.Enabled.IsEmpty && e.Disabled.IsEmpty && e.ReplicaSide == nightly.With(idle), "the replica leaves them to it");
        await primary.ExecuteAsync("REVOKE EVENT ON *.* FROM orchestrator");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(primary)) is { Events: null, Missing.ForEvents: "EVENT" }, "it is not known any more");
    }

    private static Dictionary<ProbePart, QueryResult> Answers(string scheduler, params string[] grants) => new()
    {
        [ProbePart.Variables] = QueryResult.Of(["event_scheduler"], [scheduler]),
        [ProbePart.Events] = QueryResult.Empty,
        [ProbePart.Grants] = QueryResult.Of(["Grants for o@%"], [.. grants.Select(g => new object?[] { g })]),
    };
}
