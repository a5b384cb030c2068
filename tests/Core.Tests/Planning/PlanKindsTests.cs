using OrchestratorFunctions.Core.Analyzing.Rules;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Changing;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Planning;

public sealed class PlanKindsTests
{
    public static TheoryData<string> Names => [.. PlanKinds.All.Select(k => k.Name)];

    [Fact]
    public void Every_planner_belongs_to_one_kind()
    {
        var types = typeof(PlanKinds).Assembly.GetTypes();
        var planners = types.Count(t => t.Name.EndsWith("Planner", StringComparison.Ordinal) && t != typeof(Planner));
        // One planner moves replicas elsewhere and points them anew; one carries out every change of one server.
        Assert.Equal(planners, PlanKinds.All.Count(k => k != PlanKinds.None && !ChangeKinds.All.Contains(k) && k != MoveKinds.RepointReplicas) + 1);
        Assert.Equal(types.Count(t => !t.IsAbstract && Bases(t).Contains("ServerChange")), ChangeKinds.All.Length);
        Type[] tables = [typeof(PlanKinds), typeof(ChangeKinds), typeof(MoveKinds)];
        Assert.Equal(PlanKinds.All.Length, tables.SelectMany(t => t.GetProperties()).Count(p => p.PropertyType == typeof(PlanKind)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_kind_is_stored_by_its_name_and_read_as_the_same_row(string name)
    {
        var kind = PlanKinds.Of(name);
        Assert.Equal($"\"{name}\"", Json.Of(kind));
        Assert.Same(kind, Json.RoundTrip(kind));
        Assert.Contains("db1:3306", kind.Title(WrittenTopology.Key("db1"), WrittenTopology.Key("db2")), StringComparison.Ordinal);
        Assert.NotEmpty(kind.WhenBegun(WrittenTopology.Key("db1"), null));
    }

    [Fact]
    public void A_name_that_is_not_in_the_table_is_an_error_that_says_so_and_never_a_dead_primary()
    {
        Assert.False(PlanKinds.TryFind("Rebuild", out _));
        Assert.Contains("'Rebuild' is not known", Assert.Throws<FormatException>(() => PlanKinds.Of("Rebuild")).Message, StringComparison.Ordinal);
        var stored = Json.Of(RecoveryOf(PlanKinds.Takeover)).Replace("\"Takeover\"", "\"Rebuild\"", StringComparison.Ordinal);
        Assert.Throws<System.Text.Json.JsonException>(() => Json.To<Recovery>(stored));
    }

    [Fact]
    public void What_begins_by_itself_is_begun_by_a_rule_and_the_rest_by_operators()
    {
        var begun = PrimaryRules.Table.Rows.Concat(FormerPrimaryRules.Table.Rows).Select(r => r.Kind).OfType<PlanKind>();
        Assert.Equal(PlanKinds.All.Where(k => k.IsAutomatic).ToHashSet(), begun.ToHashSet());
    }

    [Fact]
    public void A_failover_yields_to_nobody_and_everything_else_yields_to_it() =>
        Assert.All(PlanKinds.All, k => Assert.Equal(!k.IsFailover, k.YieldsToFailover));

    [Fact]
    public void What_only_closes_is_no_failover() => Assert.DoesNotContain(PlanKinds.All, k => k is { OnlyCloses: true, IsFailover: true });

    private static IEnumerable<string> Bases(Type type)
    {
        for (var above = type.BaseType; above is not null; above = above.BaseType) yield return above.Name;
    }

    private static Recovery RecoveryOf(PlanKind kind) => PlannerTests.Recovery(WrittenTopology.Read("db1 rw\ndb2 ro <db1"), kind, "db1");
}
