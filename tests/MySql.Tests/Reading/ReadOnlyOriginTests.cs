using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Reading;

namespace OrchestratorFunctions.MySql.Tests.Reading;

/// <summary>Whether a server started read-only, or somebody made it so.</summary>
public sealed class ReadOnlyOriginTests
{
    private static readonly InstanceKey Key = new("db1", 3306);

    /// <summary>L3: a server that its restart closed is told from one that somebody closed.</summary>
    [Theory]
    [InlineData(true, true, "COMPILED", "GLOBAL")]
    [InlineData(true, true, "PERSISTED", "COMPILED")]
    [InlineData(false, true, "DYNAMIC", "GLOBAL")]
    [InlineData(false, true, "GLOBAL", "DYNAMIC")] // super_read_only was set
    [InlineData(true, true, "CONFIG")]
    [InlineData(false, true, "SQL")]
    [InlineData(null, false, "GLOBAL", "GLOBAL")]
    [InlineData(null, true)]
    public void A_server_tells_whether_it_started_read_only(bool? told, bool isReadOnly, params string[] origins)
    {
        var table = QueryResult.Of(["ORIGIN"], [.. origins.Select(o => new object?[] { o })]);
        var columns = new Dictionary<ProbePart, QueryResult>
        {
            [ProbePart.Variables] = QueryResult.Of(["version", "read_only"], ["8.4.13", isReadOnly ? 1L : 0L]),
            [ProbePart.ReadOnlyOrigin] = table,
        };
        Assert.Equal(told, InstanceMapping.Map(Key, columns).IsReadOnlySinceStart);
    }

    [Theory]
    [InlineData("8.4.13", "performance_schema.variables_info")]
    [InlineData("10.11.18-MariaDB", "information_schema.SYSTEM_VARIABLES")]
    [InlineData("5.7.42", null)]
    public void Where_read_only_came_from_is_asked_at_first_and_while_nobody_has_set_it(string version, string? table)
    {
        var features = ServerFeatures.Of(ServerVersion.Parse(version));
        var memory = new ProbeMemory();
        Assert.Empty(memory.OriginQuestions(features, ProbeDepth.Frequent));
        memory.NoteRole("True/", isReplica: false, isReadOnlySinceStart: true);
        var asked = memory.OriginQuestions(features, ProbeDepth.Frequent).Select(q => q.Sql);
        if (table is null) Assert.Empty(asked);
        else Assert.Contains(table, Assert.Single(asked), StringComparison.Ordinal);
        Assert.Empty(memory.OriginQuestions(features, ProbeDepth.Whole)); // it asks by itself
        var first = ProbeQuestions.Of(features, Fleets.Options, ProbeDepth.Whole);
        Assert.Equal(table is not null, first.Any(q => q.Part == ProbePart.ReadOnlyOrigin));
        memory.NoteRole("True/db9:3306", isReplica: true, isReadOnlySinceStart: true);
        Assert.Empty(memory.OriginQuestions(features, ProbeDepth.Frequent));
        memory.NoteRole("True/", isReplica: false, isReadOnlySinceStart: false);
        Assert.Empty(memory.OriginQuestions(features, ProbeDepth.Frequent));
    }

    [Fact]
    public async Task A_server_that_restarted_read_only_tells_so_until_a_statement_sets_it()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 0);
        var server = fleet.Servers.Primary;
        Assert.Null((await fleet.SeeAsync(server)).IsReadOnlySinceStart);
        await server.ExecuteAsync("SET PERSIST_ONLY read_only = ON");
        server.Kill();
        await server.RestartAsync();
        Assert.True((await fleet.SeeAsync(server)).IsReadOnlySinceStart); // the first look on a new session
        Assert.True((await fleet.SeeAsync(server)).IsReadOnlySinceStart); // and the next ones
        await server.ExecuteAsync("SET GLOBAL super_read_only = ON");
        Assert.False((await fleet.SeeAsync(server)).IsReadOnlySinceStart);
        await server.ExecuteAsync("SET GLOBAL read_only = OFF");
        Assert.Null((await fleet.SeeAsync(server)).IsReadOnlySinceStart);
        await server.ExecuteAsync("SET GLOBAL read_only = ON");
        Assert.False((await FreshAsync(server)).IsReadOnlySinceStart);
    }

    [Fact]
    public async Task MariaDB_tells_that_a_statement_set_it()
    {
        await using var fleet = await Fleets.StartAsync("mariadb-10.11", replicas: 0);
        Assert.Null((await fleet.SeeAsync(fleet.Servers.Primary)).IsReadOnlySinceStart);
        await fleet.Servers.Primary.ExecuteAsync("SET GLOBAL read_only = ON");
        Assert.False((await FreshAsync(fleet.Servers.Primary)).IsReadOnlySinceStart);
    }

    private static async Task<Instance> FreshAsync(Fleet.FleetServer server)
    {
        await using var room = new MySqlServers(Fleets.Options);
        var outcome = await room.Probe.ProbeAsync(Fleets.Key(server), Fleets.Second, default);
        return Assert.IsType<ProbeOutcome.Seen>(outcome).Instance;
    }
}
