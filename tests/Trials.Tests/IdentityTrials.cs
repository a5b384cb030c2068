using System.Net;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.MySql.Tests.Probing;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>Which server is meant: names and addresses change, a server stays what it is.</summary>
public sealed class IdentityTrials
{
    /// <summary>
    /// A replica gets another address and keeps its data, as a pod does
    /// (github.com/openark/orchestrator/issues/1277, github.com/vitessio/vitess/issues/20362).
    /// </summary>
    [Theory]
    [Trait("check", "quick")]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_replica_at_a_new_address_moves_there(string kind)
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false, kind);
        await using var watcher = await Watcher.StartAsync(fleet);
        var old = fleet.Replicas[0].Key();
        var moved = await fleet.Replicas[0].MoveAsync();

        var found = await watcher.Place.RunAsync("discover", moved.Key);
        Assert.True(found.Code == 0, found.ToString());
        Assert.Contains(moved.Key, found.Output, StringComparison.Ordinal);
        await watcher.LookOnAsync("the server is watched at its new address alone", t => t.Members.Length == 3 && t.Members.Any(m => m.Key == moved.Key() && m.IsSeen));
        Assert.DoesNotContain(watcher.Topology.Members, m => m.Key == old);
        var switched = await watcher.Place.RunAsync("takeover", "shop", "--to", moved.Key);
        Assert.True(switched.Code == 0, switched.ToString());
    }

    /// <summary>
    /// The primary is moved while the cluster is downtimed, and its replicas are pointed to the new address by hand
    /// (github.com/openark/orchestrator/issues/1277): nobody discovers anything.
    /// </summary>
    [Fact]
    public async Task A_primary_at_a_new_address_is_followed_by_what_its_replicas_say()
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false);
        await using var watcher = await Watcher.StartAsync(fleet, "Recovery:Clusters=none");
        var moved = await fleet.Primary.MoveAsync();
        foreach (var replica in fleet.Replicas)
            await replica.ExecuteAsync($"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_PORT={moved.Port}; START REPLICA");
        await watcher.LookOnAsync("the primary is seen at its new address", t => t.Members.Length == 3 && t.Primary is { IsSeen: true } p && p.Key == moved.Key());
        Assert.Empty(watcher.Problems);
        Assert.True((await watcher.Place.RunAsync("takeover", "shop", "--to", fleet.Replicas[0].Key)).Code == 0);
    }

    /// <summary>
    /// Replication runs by an address that leads nowhere from here, and then that way breaks while the primary lives
    /// (github.com/yoshinorim/mha4mysql-manager/issues/62): it was taken for dead, and a second server was opened.
    /// </summary>
    [Fact]
    [Trait("check", "quick")]
    public async Task A_primary_that_replicas_know_by_another_address_is_the_primary_and_no_dead_one()
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false);
        using var relay = new Relay(IPAddress.Loopback, 0, fleet.Primary.Port);
        foreach (var replica in fleet.Replicas)
            await replica.ExecuteAsync($"STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_PORT={relay.Port}; START REPLICA");
        await Eventually.HoldsAsync("the replicas receive by the other address", async () =>
            (await Task.WhenAll(fleet.Replicas.Select(r => r.SeeAsync()))).All(i => i!.Links is [{ Receiver: ReplicationThread.Running }]));
        relay.StopListening();

        await using var watcher = await Watcher.StartAsync(fleet);
        Assert.Equal(fleet.Primary.Key(), watcher.Topology.Primary!.Key);
        Assert.Equal(2, watcher.Topology.ReplicasOf(fleet.Primary.Key()).Length);
        relay.Break();
        await watcher.LookOnAsync(AnalysisCode.AllPrimaryReplicasNotReplicating);
        await watcher.AssertNothingBegunAsync();
        Assert.False((await fleet.Primary.SeeAsync())!.ReadOnly);
    }

    /// <summary>
    /// One replica follows the primary by its address and one by its name
    /// (github.com/signal18/replication-manager/issues/163): MariaDB has no uuid, and two clusters came of it.
    /// </summary>
    [Theory]
    [InlineData("mysql-9.7", "CHANGE REPLICATION SOURCE TO SOURCE_HOST='localhost'", "REPLICA")]
    [InlineData("mariadb-10.11", "CHANGE MASTER TO MASTER_HOST='localhost'", "SLAVE")]
    public async Task A_primary_of_two_names_is_one_server(string kind, string point, string word)
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false, kind);
        await fleet.Replicas[1].ExecuteAsync($"STOP {word}; {point}; START {word}");
        await using var watcher = await Watcher.StartAsync(fleet);
        Assert.Equal(2, watcher.Topology.ReplicasOf(fleet.Primary.Key()).Length);
        fleet.Primary.Kill();
        await watcher.PromotedAsync();
        Assert.Single(await Task.WhenAll(fleet.Replicas.Select(r => r.SeeAsync())), i => !i!.ReadOnly);
    }

    /// <summary>
    /// Discovered by a loopback name (github.com/openark/orchestrator/issues/1108): what a person says from here may
    /// lead nowhere from another server.
    /// </summary>
    [Fact]
    public async Task A_loopback_name_that_a_person_used_is_given_to_no_other_server()
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false);
        var place = await Place.NewAsync();
        var found = await place.RunAsync("discover", $"localhost:{fleet.Replicas[0].Port}", $"localhost:{fleet.Primary.Port}", "--alias", "shop");
        Assert.True(found.Code == 0, found.ToString());
        await fleet.TellAccountsAsync();
        var plan = await place.RunAsync("plan", "takeover", "shop", "--to", fleet.Replicas[0].Key, "--json");
        Assert.True(plan.Code == 0, plan.ToString());
        Assert.Contains("SOURCE_HOST='127.0.0.1'", plan.Output.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("localhost", plan.Output, StringComparison.Ordinal);
    }

    /// <summary>
    /// A pod calls itself by a name that resolves only inside its cluster
    /// (github.com/openark/orchestrator/issues/1016, github.com/bitpoke/mysql-operator/issues/103): its source hears it
    /// from an address that leads there.
    /// </summary>
    [Theory]
    [InlineData("mysql-9.7")]
    [InlineData("mariadb-10.11")]
    public async Task A_replica_whose_own_name_leads_nowhere_is_found_where_its_source_hears_it_from(string kind)
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false, kind);
        await fleet.Replicas[0].ConfigureAsync("report_host=mysql-1.pods.invalid");
        var replicas = kind.StartsWith("mysql", StringComparison.Ordinal) ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS";
        await Eventually.HoldsAsync("the primary names it so", async () =>
            (await fleet.Primary.QueryAsync(replicas)).Any(r => (string?)r["Host"] == "mysql-1.pods.invalid"));
        await using var watcher = await Watcher.StartAsync(fleet);
        Assert.Equal(2, watcher.Topology.ReplicasOf(fleet.Primary.Key()).Count(r => r.IsSeen));
        fleet.Primary.Kill();
        await watcher.PromotedAsync();
    }

    /// <summary>
    /// The primary has the settings of a replica of a server that is long gone
    /// (github.com/openark/orchestrator/issues/1365): it was taken for an intermediate source, and never replaced.
    /// </summary>
    [Fact]
    public async Task A_primary_that_once_followed_a_server_that_is_gone_is_the_primary()
    {
        var fleet = await Fleets.TakeAsync(2, semiSync: false);
        await fleet.Primary.ExecuteAsync("CHANGE REPLICATION SOURCE TO SOURCE_HOST='gone.invalid', SOURCE_AUTO_POSITION=1");
        await using var watcher = await Watcher.StartAsync(fleet);
        fleet.Primary.Kill();
        await watcher.PromotedAsync();
    }
}
