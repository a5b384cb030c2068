using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.MySql.Dialects;

namespace OrchestratorFunctions.MySql.Reading;

/// <summary>
/// information_schema.EVENTS → <see cref="ScheduledEvents"/>. Pure. Manuals: "The INFORMATION_SCHEMA EVENTS Table";
/// MariaDB: "Information Schema EVENTS Table".
/// </summary>
internal static class EventMapping
{
    // Names are kept of the first two hundred of each kind.
    private const int MostRead = 1000;

    public static ProbeQuestion Question { get; } = new(
        ProbePart.Events,
        "SELECT EVENT_SCHEMA, EVENT_NAME, STATUS FROM information_schema.EVENTS "
        + $"ORDER BY EVENT_SCHEMA, EVENT_NAME LIMIT {MostRead + 1}",
        "scheduled events (information_schema.EVENTS)");

    /// <summary>
    /// Null when they were not listed, there are too many to list, or the account does not see all of them: then none
    /// is not none.
    /// </summary>
    public static ScheduledEvents? Map(IReadOnlyDictionary<ProbePart, QueryResult> answers, ProbeMemory memory)
    {
        if (!answers.TryGetValue(ProbePart.Events, out var listed) || listed.Rows.Count() > MostRead) return null;
        if (!GrantMapping.MaySeeEvents(answers.GetValueOrDefault(ProbePart.Grants, QueryResult.Empty))) return null;
        var scheduler =
            answers.GetValueOrDefault(ProbePart.Variables, QueryResult.Empty).First?.Text("event_scheduler");
        return memory.Events(listed) with { Scheduler = SchedulerOf(scheduler ?? "") };
    }

    public static ScheduledEvents Read(QueryResult listed)
    {
        var byState = listed.Rows.ToLookup(r => StateOf(r.Text("STATUS")), NameOf);
        EventNames In(EventState state) => EventNames.Of(byState[state]);
        return new(EventScheduler.On, In(EventState.Enabled), In(EventState.Disabled), In(EventState.ReplicaSide));
    }

    /// <summary>As SQL names it, schema first.</summary>
    public static string NameOf(QueryResult.Row row) =>
        $"{Sql.Identifier(row.Text("EVENT_SCHEMA"))}.{Sql.Identifier(row.Text("EVENT_NAME"))}";

    /// <summary>REPLICA_SIDE_DISABLED was SLAVESIDE_DISABLED before MySQL 8.2, and is so on MariaDB.</summary>
    public static EventState StateOf(string status) => status.ToUpperInvariant() switch
    {
        "ENABLED" => EventState.Enabled,
        "DISABLED" => EventState.Disabled,
        _ => EventState.ReplicaSide,
    };

    private static EventScheduler SchedulerOf(string value) => value.ToUpperInvariant() switch
    {
        "ON" or "1" => EventScheduler.On,
        "DISABLED" => EventScheduler.Disabled,
        _ => EventScheduler.Off,
    };
}
