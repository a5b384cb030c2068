using System.Net;
using System.Text.Json;
using OrchestratorFunctions.Bench;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>Changes of one server and moves of several over HTTP, on servers that are watched and written to: what the record says is so on the server.</summary>
public sealed class ServerChangeTests
{
    [Theory]
    [InlineData("mysql-9.7", "BINLOG_ADMIN")]
    [InlineData("mariadb-10.11", "BINLOG ADMIN")]
    public async Task What_is_asked_of_a_server_is_so_when_the_record_says_so(string kind, string purges)
    {
        var fleet = await Fleets.TakeAsync(replicas: 3, semiSync: true, kind);
        // Only who deletes binary logs needs it (docs/operations.md).
        await fleet.Primary.ExecuteAsync($"GRANT {purges} ON *.* TO orchestrator");
        var place = await RelocateTests.DiscoveredAsync(fleet);
        await using var child = Child.Start(place);
        await child.WatchesAsync(fleet.Servers.Count);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        var (primary, one, other) = (fleet.Primary, fleet.Replicas[0], fleet.Replicas[1]);

        await ChangedAsync(child, $"stop-replication?instance={one.Key}");
        Assert.Equal((ReplicationThread.Stopped, ReplicationThread.Stopped), await ThreadsAsync(one));
        await ChangedAsync(child, $"start-replication?instance={one.Key}");
        Assert.True((await LinkAsync(one)).IsReplicating);
        await ChangedAsync(child, $"stop-replication?instance={one.Key}&applyFirst=true");
        Assert.True((await one.SeeAsync())!.HasAppliedAll);
        Assert.Equal((ReplicationThread.Stopped, ReplicationThread.Stopped), await ThreadsAsync(one));
        await ChangedAsync(child, $"restart-replication?instance={one.Key}");
        Assert.True((await LinkAsync(one)).IsReplicating);

        await ChangedAsync(child, $"delay?instance={one.Key}&by=10m");
        Assert.True(await LinkAsync(one) is { DelaySeconds: 600, IsReplicating: true });
        await ChangedAsync(child, $"delay?instance={one.Key}&by=0s");
        Assert.True(await LinkAsync(one) is { DelaySeconds: 0, IsReplicating: true, AutoPosition: true });

        // Detached it leads nowhere, also after a start by hand; its stored picture is read by another process.
        await ChangedAsync(child, $"detach?instance={one.Key}");
        Assert.Equal((true, ReplicationThread.Stopped), ((await LinkAsync(one)).IsDetached, (await LinkAsync(one)).Receiver));
        Assert.Contains("detached", (await place.RunAsync("topology", "shop")).Output, StringComparison.Ordinal);
        await ChangedAsync(child, $"reattach?instance={one.Key}");
        Assert.Equal(primary.Key(), (await LinkAsync(one)).Source);

        await ChangedAsync(child, $"relocate-replicas?instance={primary.Key}&below={one.Key}&pattern={other.Port}");
        Assert.Equal(one.Key(), (await LinkAsync(other)).Source);
        await ChangedAsync(child, $"take-source?instance={other.Key}");
        Assert.Equal((primary.Key(), other.Key()), ((await LinkAsync(other)).Source, (await LinkAsync(one)).Source));
        await ChangedAsync(child, $"repoint-replicas?instance={other.Key}");
        await ChangedAsync(child, $"relocate-replicas?instance={other.Key}&below={primary.Key}");
        Assert.True(await LinkAsync(one) is { IsReplicating: true } link && link.Source == primary.Key());

        await ChangedAsync(child, $"semi-sync?instance={one.Key}&acknowledges=false");
        Assert.False((await one.SeeAsync())!.SemiSync.ReplicaEnabled);
        await ChangedAsync(child, $"semi-sync?instance={one.Key}&acknowledges=true");
        Assert.True((await one.SeeAsync())!.SemiSync.ReplicaEnabled);

        var before = await FileAsync(primary);
        await ChangedAsync(child, $"flush-binary-logs?instance={primary.Key}");
        Assert.NotEqual(before, await FileAsync(primary));
        await Eventually.HoldsAsync("all have read beyond the old file", async () => await PurgedAsync(child, primary, before));

        await ByPositionAndBackAsync(child, kind, one);
        await ChangedAsync(child, $"close?instance={one.Key}");
        await DeadPrimaryTests.GoesOnAsync(writer);
        Assert.Equal(primary, await fleet.AssertOnePrimaryAsync());
        await RelocateTests.MissesNothingAsync(writer, one);
    }

    // While it is written to: what is lost or applied twice shows at the end. The configured account is told on the way.
    private static async Task ByPositionAndBackAsync(Child child, string kind, FleetServer one)
    {
        Assert.Contains("acknowledges", await EndedAsync(child, $"use-file-position?instance={one.Key}"), StringComparison.Ordinal);
        await ChangedAsync(child, $"semi-sync?instance={one.Key}&acknowledges=false");
        await ChangedAsync(child, $"use-file-position?instance={one.Key}");
        Assert.True(await LinkAsync(one) is { AutoPosition: false, IsReplicating: true });
        Assert.Contains("auto-position", await EndedAsync(child, $"repoint?instance={one.Key}"), StringComparison.Ordinal);
        await ChangedAsync(child, $"replication-account?instance={one.Key}");
        await ChangedAsync(child, $"use-gtid?instance={one.Key}");
        await ChangedAsync(child, $"replication-account?instance={one.Key}");
        Assert.True(await LinkAsync(one) is { AutoPosition: true, IsReplicating: true, User: "repl" }, kind);
        await ChangedAsync(child, $"semi-sync?instance={one.Key}&acknowledges=true");
    }

    [Fact]
    public async Task Transactions_that_one_server_has_alone_or_cannot_apply_are_got_rid_of()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        var place = await RelocateTests.DiscoveredAsync(fleet);
        await using var child = Child.Start(place);
        await child.WatchesAsync(fleet.Servers.Count);
        var (primary, one, other) = (fleet.Primary, fleet.Replicas[0], fleet.Replicas[1]);
        await primary.ExecuteAsync("CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY)");
        await WaitAsync(fleet);

        await AloneAsync(one, "INSERT INTO shop.t VALUES (1)");
        await ChangedAsync(child, $"commit-errant?instance={one.Key}");
        await WaitAsync(fleet);
        Assert.Equal(0L, await other.ScalarAsync<long>("SELECT COUNT(*) FROM shop.t"));

        await AloneAsync(other, "INSERT INTO shop.t VALUES (2)");
        var located = await child.GetAsync($"locate-errant?instance={other.Key}");
        Assert.Equal(await FileAsync(other), located!.Value.GetProperty("files")[0].GetProperty("file").GetString());
        await ChangedAsync(child, $"forget-errant?instance={other.Key}");
        Assert.DoesNotContain(other.ServerUuid, (await other.ScalarAsync<string>("SELECT @@GLOBAL.gtid_executed"))!, StringComparison.OrdinalIgnoreCase);
        Assert.True((await LinkAsync(other)).IsReplicating);

        // What it has by itself already it cannot apply.
        await primary.ExecuteAsync("INSERT INTO shop.t VALUES (2)");
        await Eventually.HoldsAsync("its applier stops", async () => (await LinkAsync(other)).ApplierErrorNumber == 1062);
        await ChangedAsync(child, $"skip-transaction?instance={other.Key}");
        await primary.ExecuteAsync("INSERT INTO shop.t VALUES (3)");
        await WaitAsync(fleet);
        Assert.True((await LinkAsync(other)).IsReplicating);
        // Sessions of the process commit under their own GTIDs again.
        Assert.Equal("AUTOMATIC", await other.ScalarAsync<string>("SELECT @@SESSION.gtid_next"));
    }

    [Fact]
    public async Task A_server_by_file_and_position_finds_its_place_by_GTID_and_a_long_statement_is_ended()
    {
        var fleet = await Fleets.TakeAsync(replicas: 2);
        var place = await RelocateTests.DiscoveredAsync(fleet);
        await using var child = Child.Start(place);
        await child.WatchesAsync(fleet.Servers.Count);
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);
        var one = fleet.Replicas[0];
        await one.ExecuteAsync("STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION=0; START REPLICA");
        Assert.False((await LinkAsync(one)).AutoPosition);
        await ChangedAsync(child, $"use-gtid?instance={one.Key}");
        Assert.True(await LinkAsync(one) is { AutoPosition: true, IsReplicating: true });

        await using var connection = await fleet.Primary.OpenAsync("app");
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT SLEEP(600)";
        var sleeping = command.ExecuteScalarAsync();
        await Eventually.HoldsAsync("it runs", async () =>
            await fleet.Primary.ScalarAsync<long>($"SELECT COUNT(*) FROM information_schema.processlist WHERE id={connection.ServerThread} AND info LIKE 'SELECT SLEEP%'") == 1);
        await ChangedAsync(child, $"kill-query?instance={fleet.Primary.Key}&session={connection.ServerThread}");
        Assert.Equal(1L, await sleeping);

        // Its source forgotten it is kept from writing, until it follows one again.
        await ChangedAsync(child, $"forget-source?instance={one.Key}");
        Assert.Empty((await one.SeeAsync())!.Links);
        await one.ExecuteAsync("SET GLOBAL super_read_only=0, GLOBAL read_only=0");
        await Eventually.HoldsAsync("it is closed", async () => (await one.SeeAsync())!.ReadOnly, () => Task.FromResult(child.Log));
        await ChangedAsync(child, $"relocate?instance={one.Key}&below={fleet.Primary.Key}");
        await RelocateTests.MissesNothingAsync(writer, one);
    }

    private static async Task<bool> PurgedAsync(Child child, FleetServer primary, string before)
    {
        var now = await FileAsync(primary);
        if (await EndedAsync(child, $"purge-binary-logs?instance={primary.Key}&before={now}") is not "changed") return false;
        var files = await primary.QueryAsync("SHOW BINARY LOGS");
        return files.All(f => (string)f["Log_name"]! != before);
    }

    private static async Task ChangedAsync(Child child, string path)
    {
        string outcome = "";
        await Eventually.HoldsAsync($"{path}: it is done", async () => (outcome = await EndedAsync(child, path)) is "changed" or "moved" or "relocated", () => Task.FromResult($"{outcome}\n{child.Log}"));
    }

    // Another plan of the cluster may run at that moment.
    private static async Task<string> EndedAsync(Child child, string path)
    {
        var (status, answer) = await child.PostAsync(path);
        if (status != HttpStatusCode.Accepted) return answer.ToString();
        var id = answer.GetProperty("recovery").GetString()!;
        string? result = null;
        await Eventually.HoldsAsync("it has ended", async () => (result = await ResultAsync(child, id)) is not null, () => Task.FromResult(child.Log));
        return result!;
    }

    private static async Task<string?> ResultAsync(Child child, string id)
    {
        if (await child.GetAsync($"recoveries/{id}") is not { } recovery) return null;
        return recovery.TryGetProperty("outcome", out var outcome) && outcome.ValueKind == JsonValueKind.Object ? outcome.GetProperty("result").GetString() : null;
    }

    private static async Task AloneAsync(FleetServer server, string sql) =>
        await server.ExecuteAsync($"SET GLOBAL super_read_only=0; {sql}; SET GLOBAL super_read_only=1");

    private static async Task WaitAsync(ServerFleet fleet)
    {
        var all = (await fleet.Primary.ScalarAsync<string>("SELECT @@GLOBAL.gtid_executed"))!;
        foreach (var replica in fleet.Replicas)
            Assert.Equal(0L, await replica.ScalarAsync<long>($"SELECT WAIT_FOR_EXECUTED_GTID_SET('{all.Replace("\n", "", StringComparison.Ordinal)}', 30)"));
    }

    private static async Task<string> FileAsync(FleetServer server) =>
        (string)(await server.QueryAsync("SHOW BINARY LOGS"))[^1]["Log_name"]!;

    private static async Task<ReplicationLink> LinkAsync(FleetServer server) => (await server.SeeAsync())!.Links.Single();

    private static async Task<(ReplicationThread Receiver, ReplicationThread Applier)> ThreadsAsync(FleetServer server) =>
        await LinkAsync(server) is var link ? (link.Receiver, link.Applier) : default;
}
