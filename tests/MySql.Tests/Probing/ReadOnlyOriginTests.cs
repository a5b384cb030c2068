using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.MySql.Probing;

namespace OrchestratorFunctions.MySql.Tests.Probing;

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
        var table = Table.Of(["ORIGIN"], [.. origins.Select(o => new object?[] { o })]);
        var columns = new Dictionary<ProbePart, Table>
        {
            [ProbePart.Variables] = Table.Of(["version", "read_only"], ["8.4.13", isReadOnly ? 1L : 0L]),
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
}
