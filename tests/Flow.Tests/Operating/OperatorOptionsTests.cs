using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorOptionsTests
{
    private const string Healthy = "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9\ndb4 ro <db3 has=A:1-9";

    /// <summary>Clusters in which something is refused for every reason that people meet.</summary>
    public static TheoryData<string> Clusters =>
    [
        Healthy,
        "db1 rw has=A:1-9 semi=source:1 clients=2\ndb2 ro <db1 has=A:1-9 semi=replica\ndb3 ro <db1 has=A:1-9 semi=replica",
        "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-9\ndb3 ro <db1 io=connecting err=2003 has=A:1-9 rule=must_not",
        "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9 | refused\ndb3 ro <db2 has=A:1-9 io=connecting err=2003\ndb4 ro <db1 has=A:1-9",
        "db1 rw has=A:1-9\ndb2 ro <db1 noauto nogtid has=A:1-9\ndb3 ro <db1 has=A:1-9 nobinlog",
        "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9,B:1-3\ndb3 ro <db1 has=A:1-9",
        "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-7 delay=60\ndb3 ro <db1 sql=stopped has=A:1-8\ndb4 ro <db1 sql=stopped sqlerr=1062 has=A:1-8 got=A:1-9",
        "db1 ro has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9 lag=900",
        "db1 rw has=A:1-9\ndb2 rw has=A:1-9",
        "db1 rw has=A:1-9 purged=A:1-5\ndb2 ro <db1 has=A:1-9 detached\ndb3 ro <db1 has=A:1-9 noupdates\ndb4 ro has=A:1-4 former",
        "db1 rw has=A:1-9",
    ];

    /// <summary>The one thing that may not be: an option that says otherwise than its rehearsal.</summary>
    [Theory]
    [MemberData(nameof(Clusters))]
    public void Every_option_says_what_its_rehearsal_says(string written) => Desk.Run(desk =>
    {
        var topology = desk.Put(written);
        foreach (var server in topology.Members.Select(m => (InstanceKey?)m.Key).Prepend(null))
            foreach (var option in Tell(desk, server).Options) AssertAgrees(desk, server, option);
    });

    [Fact]
    public void No_server_is_asked_and_nothing_is_written() => Desk.Run(desk =>
    {
        desk.Put(Healthy);
        foreach (var server in new[] { null, World.Primary, Desk.Db2 }) Tell(desk, server);
        Assert.Empty(desk.World.Looks);
        Assert.Empty(desk.World.Ran);
        Assert.Empty(desk.Memory.Entries);
    });

    [Fact]
    public void Every_plan_of_the_catalogue_is_told_once() => Desk.Run(desk =>
    {
        desk.Put(Healthy);
        var told = Tell(desk, null).Options.Concat(Tell(desk, Desk.Db2).Options).Select(o => o.Operation);
        Assert.Equal(Operations.All.OfType<PlanOperation>().Select(o => o.Name).Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void A_replica_can_be_moved_below_those_that_it_can_follow() => Desk.Run(desk =>
    {
        desk.Put(Healthy + "\ndb5 ro <db1 has=A:1-9 noupdates");
        var relocate = Option(desk, Desk.Db3, "relocate");
        Assert.Null(relocate.Refusal);
        Assert.Equal(
            ["db1:3306 ", "db2:3306 ", "db4:3306 db4:3306 is below db3:3306: they would follow each other", "db5:3306 db3:3306 would follow db5:3306, which does not log replica updates"],
            relocate.Targets!.Value.Select(t => $"{t.Key} {t.Refusal?.Because}"));
    });

    [Theory]
    [InlineData("db1", "relocate", "db1:3306 is the primary")]
    [InlineData("db3", "relocate", "db3:3306 was not seen (connection refused)")]
    [InlineData("db3", "close", "db3:3306 was not seen (connection refused)")]
    [InlineData("db3", "kill-query", "db3:3306 was not seen (connection refused)")]
    [InlineData("db2", "semi-sync", "db2:3306 has no semi-sync plugin")]
    public void A_reason_that_stands_for_every_target_is_told_of_the_whole(string server, string operation, string because) => Desk.Run(desk =>
    {
        desk.Put("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9 | refused\ndb4 ro <db1 noauto has=A:1-9\ndb5 ro <db1 has=A:1-9 | refused");
        Assert.StartsWith(because, Option(desk, InstanceKey.Parse(server), operation).Refusal?.Because, StringComparison.Ordinal);
    });

    [Fact]
    public void A_server_without_gtid_goes_nowhere() => Desk.Run(desk =>
    {
        desk.Put("db1 rw has=A:1-9\ndb2 ro <db1 noauto has=A:1-9\ndb3 ro <db1 has=A:1-9");
        var relocate = Option(desk, Desk.Db2, "relocate");
        Assert.Equal(new Refusal("db2:3306 does not use GTID auto-position", "SOURCE_AUTO_POSITION on db2:3306"), relocate.Refusal);
        Assert.All(relocate.Targets!.Value, t => Assert.Equal(relocate.Refusal, t.Refusal));
    });

    [Fact]
    public void What_has_to_be_said_first_is_asked_for() => Desk.Run(desk =>
    {
        desk.Put("db1 rw has=A:1-9 semi=available\ndb2 ro <db1 has=A:1-9 semi=available");
        Assert.Equal(
            ["delay by", "semi-sync waits acknowledges", "purge-binary-logs before", "kill-query session"],
            Tell(desk, Desk.Db2).Options.Where(o => !o.Asks.IsEmpty).Select(o => $"{o.Operation} {string.Join(' ', o.Asks)}"));
        Assert.All(Tell(desk, Desk.Db2).Options.Where(o => !o.Asks.IsEmpty), o => Assert.Null(o.Refusal));
    });

    [Fact]
    public void Of_a_cluster_each_successor_has_its_reason() => Desk.Run(desk =>
    {
        desk.Put("db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9,B:1\ndb3 ro <db1 has=A:1-9 rule=must_not\ndb4 ro <db1 has=A:1-9\ndb5 ro <db4 has=A:1-9");
        var takeover = Option(desk, null, "takeover");
        Assert.Null(takeover.Refusal);
        var reasons = takeover.Targets!.Value.Select(t => t.Refusal?.Because ?? "").ToArray();
        Assert.StartsWith("db2:3306 has errant transactions ", reasons[0], StringComparison.Ordinal);
        Assert.Equal(["db3:3306 its promotion rule is must_not", "", "db5:3306 is no direct replica of db1:3306"], reasons[1..]);
        Assert.Equal("another promotion rule for db3:3306, or a plan that names no successor", takeover.Targets.Value[1].Refusal!.Remedy);
        Assert.Equal("db1:3306 is dead, which it is not as it was seen", Option(desk, null, "failover").Assumes);
    });

    [Fact]
    public void A_dead_primary_can_be_replaced_and_not_relieved() => Desk.Run(desk =>
    {
        desk.Put("db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-9");
        Assert.StartsWith("db1:3306 cannot be reached; a dead primary is recovered", Option(desk, null, "takeover").Refusal?.Because, StringComparison.Ordinal);
        Assert.Equal((null, null), (Option(desk, null, "failover").Refusal, Option(desk, null, "failover").Assumes));
    });

    [Fact]
    public void People_are_told_a_line_for_each() => Desk.Run(desk =>
    {
        desk.Put(Healthy);
        var says = desk.Ask(v => v.Options.TellAsync(World.Cluster, Desk.Db2, "dana", default)).Says.Split('\n');
        Assert.Contains("relocate             can be done; 3 of 3 servers can be named", says);
        Assert.Contains("delay                can be done; say by", says);
        Assert.Contains("semi-sync            no: db2:3306 has no semi-sync plugin (INSTALL PLUGIN rpl_semi_sync_source, and rpl_semi_sync_replica)", says);
    });

    [Fact]
    public void What_is_not_known_is_refused() => Desk.Run(desk =>
    {
        Assert.Equal(OperationEnd.NotFound, desk.Ask(v => v.Options.TellAsync(new ClusterId("c-9"), null, "dana", default)).End);
        Assert.Equal(OperationEnd.NotFound, desk.Ask(v => v.Options.TellAsync(World.Cluster, new("db9", 3306), "dana", default)).End);
    });

    private static void AssertAgrees(Desk desk, InstanceKey? server, PlanOption option)
    {
        var operation = Operations.All.OfType<PlanOperation>().Single(o => o.Name == option.Operation);
        var about = new Dictionary<string, string> { [operation.About!.Name] = server?.ToString() ?? World.Cluster.Value };
        var at = $"{option.Operation} of {server}";
        if (!option.Asks.IsEmpty)
        {
            // Whatever is said, its reason stands.
            foreach (var said in Said(operation))
                if (option.Refusal is { } refusal)
                    Assert.StartsWith(refusal.Because, Why(desk, operation, With(about, said))?.Because ?? $"{at}: not refused", StringComparison.Ordinal);
            return;
        }
        foreach (var target in option.Targets ?? [])
            Assert.Equal((at, target.Key, target.Refusal), (at, target.Key, Why(desk, operation, With(about, (operation.Target, target.Key.ToString())))));
        if (operation.Arguments.Any(a => a.Name == operation.Target && a.IsRequired)) return;
        var why = Why(desk, operation, about);
        // Where there is no server to move, it would end well without having done anything.
        if (why is null && option.Refusal is not null) Assert.All(option.Targets ?? [], t => Assert.Equal(option.Refusal, t.Refusal));
        else Assert.Equal((at, option.Refusal), (at, why));
    }

    // That some of several stay where they are keeps nobody from moving the others.
    private static Refusal? Why(Desk desk, PlanOperation operation, Dictionary<string, string> told) => desk.Rehearse(operation, told) switch
    {
        null => new Refusal($"cluster {World.Cluster} has no single primary"),
        { Kind.IsOfMany: true, Outcome: RecoveryOutcome.Moved { Count: > 0 } } => null,
        var plan => plan.Outcome!.WhyNot,
    };

    private static Dictionary<string, string> With(Dictionary<string, string> told, (string Name, string Text) more) => new(told) { [more.Name] = more.Text };

    private static IEnumerable<(string, string)> Said(PlanOperation operation) => operation.Name switch
    {
        "delay" => [("by", "0s"), ("by", "1h")],
        "kill-query" => [("session", "7")],
        "purge-binary-logs" => [("before", "latest"), ("before", "binlog.000001")],
        _ => [("waits", "true"), ("acknowledges", "true")],
    };

    private static PlanOptions Tell(Desk desk, InstanceKey? server) =>
        Assert.IsType<PlanOptions>(desk.Ask(v => v.Options.TellAsync(World.Cluster, server, "dana", default)).Value);

    private static PlanOption Option(Desk desk, InstanceKey? server, string operation) => Tell(desk, server).Options.Single(o => o.Operation == operation);
}
