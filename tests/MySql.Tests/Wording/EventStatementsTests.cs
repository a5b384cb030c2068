using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Wording;

namespace OrchestratorFunctions.MySql.Tests.Wording;

public sealed class EventStatementsTests
{
    private static readonly InstanceKey On = new("db3306", 3306);

    [Theory]
    [InlineData("app@%", "`app`@`%`")]
    [InlineData("odd@name@db1", "`odd@name`@`db1`")]
    [InlineData("ba`ck@%", "`ba``ck`@`%`")]
    public void The_definer_is_named_as_it_is(string definer, string sql) =>
        Assert.Equal($"ALTER DEFINER={sql} EVENT `shop`.`nightly` ENABLE", Only(definer).Alter(EventState.Enabled));

    [Fact]
    public void Only_events_that_are_as_they_were_left_are_changed()
    {
        var all = QueryResult.Of(
            ["EVENT_SCHEMA", "EVENT_NAME", "DEFINER", "STATUS", "CHARACTER_SET_CLIENT", "COLLATION_CONNECTION"],
            ["shop", "a", "app@%", "REPLICA_SIDE_DISABLED", "utf8mb4", "utf8mb4_bin"],
            ["shop", "b", "app@%", "DISABLED", "utf8mb4", "utf8mb4_bin"],
            ["shop", "c", "app@%", "ENABLED", "utf8mb4", "utf8mb4_bin"],
            ["shop", "other", "app@%", "REPLICA_SIDE_DISABLED", "utf8mb4", "utf8mb4_bin"]);
        var names = EventNames.Of(["`shop`.`a`", "`shop`.`b`", "`shop`.`c`", "`shop`.`gone`"]);
        string[] Changed(EventState state) =>
            [.. EventStatements.Of(new SetEvents(On, names, state), all).Select(e => e.Alter(state))];
        Assert.Equal(["ALTER DEFINER=`app`@`%` EVENT `shop`.`a` ENABLE"], Changed(EventState.Enabled));
        Assert.Equal(["ALTER DEFINER=`app`@`%` EVENT `shop`.`a` DISABLE"], Changed(EventState.Disabled));
        Assert.Equal(["ALTER DEFINER=`app`@`%` EVENT `shop`.`c` DISABLE ON SLAVE"], Changed(EventState.ReplicaSide));
    }

    /// <summary>Our connection writes UTF-8; a server that reads it as another character set sees another name.</summary>
    [Theory]
    [InlineData("app@%", "latin1", true)]
    [InlineData("größe@%", "utf8mb4", true)]
    [InlineData("größe@%", "latin1", false)]
    public void A_name_that_the_character_set_of_the_event_reads_otherwise_is_not_sent(string definer, string charset, bool isReadable) =>
        Assert.Equal(isReadable, (Only(definer) with { CharacterSet = charset }).IsReadable);

    private static EventStatements Only(string definer) => Assert.Single(EventStatements.Of(
        new SetEvents(On, EventNames.Of(["`shop`.`nightly`"]), EventState.Enabled),
        QueryResult.Of(
            ["EVENT_SCHEMA", "EVENT_NAME", "DEFINER", "STATUS", "CHARACTER_SET_CLIENT", "COLLATION_CONNECTION"],
            ["shop", "nightly", definer, "SLAVESIDE_DISABLED", "utf8mb4", "utf8mb4_bin"])));
}
