using OrchestratorFunctions.Api.Legacy;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Tests.Access;

/// <summary>What the documents say of roles is what is asked for.</summary>
public sealed class NeedsTests
{
    [Theory]
    [InlineData(Role.Operate)]
    [InlineData(Role.Power)]
    public void Every_operation_and_every_route_that_acts_stands_with_its_role_in_the_documents(Role role)
    {
        var (operations, routes) = Documented(role);
        Assert.Equal(Operations.All.Where(o => o.Needs == role).Select(o => o.Name).Append(role == Role.Power ? "tokens" : "").Where(n => n.Length > 0).Order(StringComparer.Ordinal), operations);
        Assert.Equal(LegacyRoutes.All.Where(r => r.Needs == role).Select(r => r.Path.Split('/')[0]).Distinct().Order(StringComparer.Ordinal), routes);
    }

    [Fact]
    public void No_route_of_one_name_needs_two_roles() =>
        Assert.Empty(LegacyRoutes.All.Where(r => r.Needs.Acts()).GroupBy(r => r.Path.Split('/')[0]).Where(g => g.Select(r => r.Needs).Distinct().Count() > 1).Select(g => g.Key));

    /// <summary>What may lose writes, availability or data, and what gives roles to others.</summary>
    [Theory]
    [InlineData("takeover")]
    [InlineData("failover")]
    [InlineData("approve")]
    [InlineData("open")]
    [InlineData("close")]
    [InlineData("forget")]
    [InlineData("forget-source")]
    [InlineData("skip-transaction")]
    [InlineData("purge-binary-logs")]
    [InlineData("kill-query")]
    [InlineData("semi-sync")]
    [InlineData("disable-recovery")]
    [InlineData("create-token")]
    [InlineData("discover")]
    [InlineData("adopt")]
    [InlineData("acknowledge")]
    [InlineData("revoke-token")]
    public void What_cannot_be_taken_back_easily_needs_power(string operation) => Assert.Equal(Role.Power, Operations.All.Single(o => o.Name == operation).Needs);

    [Fact]
    public void No_operation_is_open_and_a_rehearsal_is_a_question()
    {
        Assert.Equal(["locate-errant", "options", "cluster-options"], Operations.All.Where(o => !o.Needs.Acts()).Select(o => o.Name));
        Assert.All(Operations.All.OfType<PlanOperation>(), o => Assert.Equal(Role.Read, o.Rehearsed.Needs));
    }

    private static (string[] Operations, string[] Routes) Documented(Role role)
    {
        var row = File.ReadLines(Path.Combine(Play.Root(), "docs", "api.md")).Single(l => l.StartsWith($"| `{Roles.NameOf(role)}` |", StringComparison.Ordinal)).Split('|');
        return (Names(row[3]), Names(row[4]));
    }

    private static string[] Names(string cell) =>
        [.. cell.Split('`').Where((_, i) => i % 2 == 1).Order(StringComparer.Ordinal)];
}
