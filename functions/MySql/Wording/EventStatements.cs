using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Reading;

namespace OrchestratorFunctions.MySql.Wording;

/// <summary>
/// What changes the state of one scheduled event and nothing else of it. Pure. ALTER EVENT takes whoever sends it for
/// the definer unless one is named, and the character set and collation of the session for the event's (seen on 9.7 and
/// MariaDB 10.11); schedule, time zone, sql_mode and body stay where none is given. Manual: "ALTER EVENT Statement".
/// </summary>
internal sealed record EventStatements(string Name, string Definer, string CharacterSet, string Collation)
{
    public const string All =
        "SELECT EVENT_SCHEMA, EVENT_NAME, DEFINER, STATUS, CHARACTER_SET_CLIENT, COLLATION_CONNECTION "
        + "FROM information_schema.EVENTS ORDER BY EVENT_SCHEMA, EVENT_NAME";

    public const string Scheduler = "SELECT @@GLOBAL.event_scheduler AS is_on";

    public const string StartScheduler = "SET GLOBAL event_scheduler=ON";

    /// <summary>What a session is to be again after the statements of some events.</summary>
    public const string Remember = "SET @cs=@@character_set_client, @cc=@@collation_connection";

    public const string Restore = "SET character_set_client=@cs, collation_connection=@cc";

    /// <summary>The events that the step changes, of all that a server has.</summary>
    public static IEnumerable<EventStatements> Of(SetEvents step, QueryResult all) =>
        from row in all.Rows
        let name = EventMapping.NameOf(row)
        where step.Events.Has(name) && EventMapping.StateOf(row.Text("STATUS")) == step.From
        select new EventStatements(
            name, Account(row.Text("DEFINER")), row.Text("CHARACTER_SET_CLIENT"), row.Text("COLLATION_CONNECTION"));

    /// <summary>The statements as far as they are known before the server is asked.</summary>
    public static IEnumerable<string> Preview(SetEvents step)
    {
        foreach (var name in step.Events.Names)
            yield return $"ALTER DEFINER=(as it is) EVENT {name} {Word(step.State)}";
        if (step.StartsScheduler) yield return StartScheduler;
    }

    /// <summary>The session takes the character set and collation of the event.</summary>
    public string Adopt =>
        $"SET character_set_client={Sql.Quote(CharacterSet)}, collation_connection={Sql.Quote(Collation)}";

    public string Alter(EventState state) => $"ALTER DEFINER={Definer} EVENT {Name} {Word(state)}";

    /// <summary>
    /// The statement can be sent in the event's own character set: our connection writes UTF-8, and the server reads it
    /// as what the session says.
    /// </summary>
    public bool IsReadable =>
        CharacterSet.StartsWith("utf8", StringComparison.OrdinalIgnoreCase) || (Name + Definer).All(char.IsAscii);

    private static string Word(EventState state) => state switch
    {
        EventState.Enabled => "ENABLE",
        EventState.Disabled => "DISABLE",
        _ => "DISABLE ON SLAVE",
    };

    // user@host; a host has no @.
    private static string Account(string definer)
    {
        var at = definer.LastIndexOf('@');
        return at < 0
            ? Sql.Identifier(definer)
            : $"{Sql.Identifier(definer[..at])}@{Sql.Identifier(definer[(at + 1)..])}";
    }
}
