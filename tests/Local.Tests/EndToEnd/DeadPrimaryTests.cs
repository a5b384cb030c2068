using System.Text.Json;
using MySqlConnector;
using OrchestratorFunctions.Bench;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.Hooks.Tests;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>Primaries that really die or hang under write load.</summary>
public sealed class DeadPrimaryTests
{
    private const int SomeWrites = 50;

    [Fact]
    public async Task A_killed_primary_is_replaced_without_losing_an_acknowledged_write_and_made_read_only_when_it_returns()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        await using var watcher = await Watcher.StartAsync(fleet);
        await using var writer = await WriteAsync(fleet);

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();
        var successor = await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        await GoesOnAsync(writer);

        Assert.Equal(successor.Key(), outcome.Key);
        Assert.Empty(outcome.Lost);
        Assert.Equal(0, await LostAsync(writer, successor));
        Assert.All(recovery.Stages, s => Assert.Equal(s.Stage.Steps.Length, s.Results.Length));
        Assert.All(recovery.Stages, s => Assert.NotEmpty(s.Stage.Because));
        Assert.NotEmpty(recovery.Evidence);
        Assert.True(await watcher.IsFormerAsync(fleet.Primary));

        await fleet.Primary.RestartAsync();
        var fenced = await watcher.RecoveredAsync(PlanKinds.FenceFormerPrimary);
        Assert.Equal(fleet.Primary.Key(), Assert.IsType<RecoveryOutcome.Fenced>(fenced.Outcome).Key);
        Assert.True((await fleet.Primary.SeeAsync())!.SuperReadOnly);
        Assert.True(await watcher.IsFormerAsync(fleet.Primary));
        Assert.Equal(successor.Key(), watcher.Topology.Primary!.Key);
    }

    [Fact]
    public async Task A_hanging_primary_is_replaced_and_acknowledges_nothing_when_it_wakes()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        await using var watcher = await Watcher.StartAsync(fleet);
        await using var writer = await WriteAsync(fleet);
        await using var faithful = await fleet.Primary.OpenAsync("app");

        fleet.Primary.Stop();
        // A client that waits for its answer, as clients of a hanging server do.
        await using var insert = new MySqlCommand("INSERT INTO app.writes (id) VALUES (-1)", faithful) { CommandTimeout = 0 };
        var waiting = insert.ExecuteNonQueryAsync();
        var (_, outcome) = await watcher.PromotedAsync();
        var successor = await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        await GoesOnAsync(writer);

        fleet.Primary.Continue();
        await Eventually.HoldsAsync("the old primary is read-only", async () => await fleet.Primary.SeeAsync() is { SuperReadOnly: true });
        // Once the writer had its chance to fall back to it, nothing of it was acknowledged there.
        await GoesOnAsync(writer);
        await writer.StopAsync();
        await watcher.LookOnAsync("the old primary is seen", t => t[fleet.Primary.Key()]!.IsSeen);

        Assert.Equal(outcome.Key, successor.Key());
        Assert.False(waiting.IsCompletedSuccessfully, "the old primary acknowledged a write after it woke");
        Assert.Equal(0, await writer.LostAsync(successor));
        Assert.True((await fleet.Primary.SeeAsync())!.ReadOnly);
        Assert.False((await successor.SeeAsync())!.ReadOnly);
        Assert.Equal(successor.Key(), watcher.Topology.Primary!.Key);
        Assert.Single(await watcher.ReadAsync(), r => r.Outcome is RecoveryOutcome.Promoted);
        await EndAsync(fleet.Primary, waiting);
    }

    [Fact]
    public async Task A_promoted_server_has_applied_all_it_received()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        foreach (var replica in fleet.Replicas) await replica.ExecuteAsync("STOP REPLICA SQL_THREAD");
        await using var writer = await WriteAsync(fleet);

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();
        var successor = fleet.Of(outcome.Key);
        var sibling = fleet.Replicas.Single(r => r != successor);
        await fleet.AssertOnePrimaryAsync(fleet.Primary, sibling);

        // What a person stopped stays so on the one that is not needed.
        Assert.Equal(sibling.Key(), Assert.Single(outcome.Lost).Key);
        Assert.Equal((outcome.Key, ReplicationThread.Stopped),
            ((await sibling.SeeAsync())!.Link!.Source, (await sibling.SeeAsync())!.Link!.Applier));
        // Started on its own; what was still left after that, if anything, was waited for.
        Assert.Contains(new StartReplication(outcome.Key) { Threads = ReplicationThreads.Applier }, recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step));
        Assert.Equal(0, await LostAsync(writer, successor));
    }

    [Fact]
    public async Task A_replica_with_an_errant_transaction_is_refused_with_that_reason()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        var (errant, sound) = (fleet.Replicas[0], fleet.Replicas[1]);
        await errant.ExecuteAsync("SET GLOBAL read_only=OFF; CREATE TABLE app.errant (id INT PRIMARY KEY); SET GLOBAL super_read_only=ON");

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();

        Assert.Equal(sound.Key(), outcome.Key);
        AssertRefused(recovery, errant, "errant transactions");
    }

    [Fact]
    public async Task A_replica_that_must_not_be_promoted_is_not()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        await watcher.Room.Ports.Topologies.SetPromotionRuleAsync(watcher.Cluster, fleet.Replicas[0].Key(), PromotionRule.MustNot, default);

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();

        Assert.Equal(fleet.Replicas[1].Key(), outcome.Key);
        AssertRefused(recovery, fleet.Replicas[0], "must_not");
    }

    [Fact]
    public async Task A_failover_is_posted_to_who_wants_to_hear_of_it()
    {
        await using var receiver = await Receiver.StartAsync();
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet, $"Hooks:Url={receiver.Url}/room?token=hidden", "Hooks:Secret=whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=");

        fleet.Primary.Kill();
        var (recovery, outcome) = await watcher.PromotedAsync();
        await Eventually.HoldsAsync("everything is told", async () => receiver.Posts.Count >= 2 && (await watcher.Room.Ports.Notices!.Store.ReadAsync(default)).IsEmpty);

        string[] told = [.. receiver.Posts.Select(p => p.Headers["webhook-id"].ToString())];
        Assert.True(told is [var began, var over] && began == $"{recovery.Id}/recovery-began" && over == $"{recovery.Id}/recovery-ended",
            string.Join('\n', receiver.Posts.Select(p => p.Body)));
        Assert.All(receiver.Posts, p => Assert.StartsWith("v1,", p.Headers["webhook-signature"], StringComparison.Ordinal));
        var ended = JsonDocument.Parse(receiver.Posts.Last().Body).RootElement;
        Assert.Equal(("shop", outcome.Key.ToString(), "promoted"), (ended.GetProperty("alias").GetString(), ended.GetProperty("successor").GetString(), ended.GetProperty("outcome").GetString()));
    }

    internal static async Task<Writer> WriteAsync(ServerFleet fleet)
    {
        var writer = new Writer(fleet.Servers);
        await writer.StartAsync(fleet.Primary);
        await GoesOnAsync(writer);
        return writer;
    }

    /// <summary>Some more writes are acknowledged.</summary>
    internal static async Task GoesOnAsync(Writer writer)
    {
        var from = writer.Count;
        await Eventually.HoldsAsync("writes are acknowledged", () => writer.Count >= from + SomeWrites);
    }

    internal static async Task<long> LostAsync(Writer writer, FleetServer on)
    {
        await writer.StopAsync();
        return await writer.LostAsync(on);
    }

    private static void AssertRefused(Recovery recovery, FleetServer server, string because)
    {
        var judged = Assert.Single(recovery.Choice!.Judgements, j => j.Key == server.Key());
        Assert.True(judged.IsRefused);
        Assert.Contains(judged.Refusals, r => r.Because.Contains(because, StringComparison.Ordinal));
    }

    // Its client may wait for ever: the server is taken away from it.
    private static async Task EndAsync(FleetServer server, Task waiting)
    {
        server.Kill();
        await waiting.ContinueWith(t => _ = t.Exception, TaskScheduler.Default).WaitAsync(Eventually.Bound);
    }
}
