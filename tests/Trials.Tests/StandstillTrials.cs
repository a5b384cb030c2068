using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>
/// A replica that stands still while its sibling replicates: somebody must hear of it before it is needed
/// (https://github.com/bitpoke/mysql-operator/issues/322).
/// </summary>
public sealed class StandstillTrials
{
    private const string Purged =
        "STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION=0, SOURCE_LOG_FILE='gone.000001', "
        + "SOURCE_LOG_POS=4; START REPLICA";

    [Theory]
    [Trait("check", "quick")]
    [InlineData("mysql-9.7", Purged, "ReplicaNotReceiving", "receiver:error 13114")]
    [InlineData("mysql-9.7", "STOP REPLICA SQL_THREAD", "ReplicaStopped", "applier:stopped")]
    [InlineData("mysql-9.7", "STOP REPLICA IO_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD='wrong'; "
        + "START REPLICA IO_THREAD", "ReplicaNotReceiving", "receiver:refused 1045")]
    [InlineData("mysql-9.7", "SET sql_log_bin=0; SET GLOBAL super_read_only=OFF; DROP TABLE app.row_of; "
        + "SET GLOBAL super_read_only=ON", "ReplicaNotApplying", "applier:error 1146")]
    [InlineData("mariadb-10.11", "STOP SLAVE", "ReplicaStopped", "receiver:stopped,applier:stopped")]
    public async Task A_replica_that_stands_still_is_named_with_the_reason_while_its_sibling_replicates(
        string kind, string fault, string code, string drawn)
    {
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest(kind, 2));
        await using var watcher = await Watcher.StartAsync(fleet);
        await fleet.Primary.ExecuteAsync("CREATE TABLE app.row_of (id INT PRIMARY KEY)");
        await Eventually.HoldsAsync("the replica has the table", async () => await fleet.Replicas[1].ScalarAsync<int>(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_name='row_of'") == 1);
        await fleet.Replicas[1].ExecuteAsync(fault);
        await fleet.Primary.ExecuteAsync("INSERT INTO app.row_of VALUES (1)");

        await watcher.LookOnAsync(Enum.Parse<AnalysisCode>(code));
        var analysis = await watcher.Place.RunAsync("analysis");
        Assert.Equal(1, analysis.Code);
        Assert.Contains($"{fleet.Replicas[1].Key}  {code}", analysis.Output, StringComparison.Ordinal);
        Assert.DoesNotContain($"{fleet.Replicas[0].Key}  ", analysis.Output, StringComparison.Ordinal);
        var topology = await watcher.Place.RunAsync("topology", "shop");
        Assert.Contains(drawn, topology.Output, StringComparison.Ordinal);
        await watcher.AssertNothingBegunAsync();
    }
}
