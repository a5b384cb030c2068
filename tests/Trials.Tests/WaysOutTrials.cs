using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>
/// A cluster without a writer that nothing opens by itself, and a primary that nothing replaces by itself: what a person
/// can say then.
/// </summary>
public sealed class WaysOutTrials
{
    private const string Close = "SET GLOBAL super_read_only=ON";

    private const string NoticesLate = "STOP REPLICA IO_THREAD; SET GLOBAL replica_net_timeout=7200; "
        + "CHANGE REPLICATION SOURCE TO SOURCE_HEARTBEAT_PERIOD=3600; START REPLICA IO_THREAD";

    /// <summary>
    /// The recipe of docs/operations.md, "Planned work", as written: every server is read-only by its configuration, the
    /// primary is restarted within a downtime (https://github.com/openark/orchestrator/issues/1328).
    /// </summary>
    [Fact]
    [Trait("check", "quick")]
    public async Task The_documented_restart_of_a_primary_ends_with_a_writer()
    {
        await using var fleet = await StartAsync("mysql-9.7");
        foreach (var server in fleet.Servers) await server.ConfigureAsync("super_read_only=ON");
        await fleet.Primary.ExecuteAsync("SET GLOBAL super_read_only=OFF; SET GLOBAL read_only=OFF");
        foreach (var replica in fleet.Replicas) await replica.ExecuteAsync("START REPLICA");
        await fleet.AssertOnePrimaryAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        await watcher.LookOnAsync("the primary is seen open", t => t.Primary?.Current is { AcceptsWrites: true });

        await DoneAsync(watcher, "downtime", fleet.Primary.Key, "--for", "30m", "--because", "kernel update");
        fleet.Primary.Kill();
        await watcher.LookOnAsync("it is away", t => t[fleet.Primary.Key()] is { IsSeen: false });
        await fleet.Primary.RestartAsync();
        await watcher.LookOnAsync("it is back, read-only", t => t.Primary?.Current is { ReadOnly: true });
        await DoneAsync(watcher, "undowntime", fleet.Primary.Key);

        var opened = await watcher.RecoveredAsync(PlanKinds.FinishRecovery);
        Assert.True(opened.Outcome is RecoveryOutcome.Finished { IsWriter: true }, RecoveryText.Tell(opened));
        Assert.Equal(fleet.Primary, await fleet.AssertOnePrimaryAsync());
        await WriteAsync(fleet.Primary);
    }

    /// <summary>The same, where nobody saw the primary open before: it takes a word of a person.</summary>
    [Fact]
    public async Task A_primary_that_nobody_saw_open_is_opened_by_a_person_s_word()
    {
        await using var fleet = await StartAsync("mysql-9.7");
        await fleet.Primary.ConfigureAsync("super_read_only=ON");
        await using var watcher = await Watcher.StartAsync(fleet);
        await watcher.LookOnAsync(AnalysisCode.NoWritablePrimary);
        await watcher.AssertNothingBegunAsync();
        var analysis = await watcher.Place.RunAsync("analysis", "shop");
        Assert.Contains("the command open", analysis.Output, StringComparison.Ordinal);
        Assert.Contains("the command takeover", analysis.Output, StringComparison.Ordinal);

        var roles = await fleet.RolesAsync();
        await DoneAsync(watcher, "plan", "open", "shop");
        Assert.Equal(roles, await fleet.RolesAsync());
        await DoneAsync(watcher, "open", "shop", "--because", "it restarted");
        Assert.Equal(fleet.Primary, await fleet.AssertOnePrimaryAsync());
        await WriteAsync(fleet.Primary);

        var again = await watcher.Place.RunAsync("open", "shop", "--because", "again");
        Assert.True(again.Code == 1, again.ToString());
        Assert.Contains("accepts writes already", again.Output, StringComparison.Ordinal);
        var replica = await watcher.Place.RunAsync("open", "shop", "--server", fleet.Replicas[0].Key, "--because", "again");
        Assert.True(replica.Code == 1, replica.ToString());
        Assert.Contains($"a takeover to {fleet.Replicas[0].Key}", replica.Output, StringComparison.Ordinal);
    }

    /// <summary>
    /// https://github.com/openark/orchestrator/issues/568, https://github.com/openark/orchestrator/issues/906
    /// </summary>
    [Theory]
    [InlineData("mysql-9.7", Close)]
    [InlineData("mariadb-10.11", "SET GLOBAL read_only=1")]
    public async Task A_primary_that_is_read_only_is_taken_over_from(string kind, string close)
    {
        await using var fleet = await StartAsync(kind);
        await fleet.TellAccountsAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        await fleet.Primary.ExecuteAsync(close);
        await watcher.LookOnAsync(AnalysisCode.NoWritablePrimary);
        var to = fleet.Replicas[1];

        await DoneAsync(watcher, "plan", "takeover", "shop", "--to", to.Key);
        await DoneAsync(watcher, "takeover", "shop", "--to", to.Key);

        Assert.Equal(to, await fleet.AssertOnePrimaryAsync());
        await WriteAsync(to);
        var recovery = (await watcher.ReadAsync()).First(r => r.Kind == PlanKinds.Takeover);
        Assert.DoesNotContain(recovery.Stages, s => s.Stage.Name == "freeze");
    }

    /// <summary>Nothing of it was closed by the switch, so nothing is opened by its undoing.</summary>
    [Fact]
    public async Task A_switch_away_from_a_read_only_primary_that_is_undone_leaves_it_read_only()
    {
        await using var fleet = await StartAsync("mysql-9.7");
        await using var watcher = await Watcher.StartAsync(fleet);
        await fleet.Primary.ExecuteAsync(Close);
        await watcher.LookOnAsync(AnalysisCode.NoWritablePrimary);
        var to = fleet.Replicas[0];
        // Its sibling is turned away there.
        await to.ExecuteAsync($"SET GLOBAL super_read_only=OFF; SET sql_log_bin=0; DROP USER repl; {Close}");
        var roles = await fleet.RolesAsync();

        var undone = await watcher.Place.RunAsync("takeover", "shop", "--to", to.Key);

        Assert.True(undone.Code == 1, undone.ToString());
        Assert.Contains("this plan did not close it", undone.Output, StringComparison.Ordinal);
        Assert.True((await fleet.Primary.SeeAsync())!.ReadOnly, roles);
        Assert.True((await to.SeeAsync())!.ReadOnly, roles);
    }

    /// <summary>
    /// A primary that hangs, and most replicas would notice only after hours: a person knows that it is off
    /// (https://github.com/openark/orchestrator/issues/522).
    /// </summary>
    [Fact]
    [Trait("check", "quick")]
    public async Task A_primary_that_nobody_can_tell_dead_is_replaced_when_a_person_vouches_for_it()
    {
        await using var fleet = await StartAsync("mysql-9.7", replicas: 3);
        foreach (var replica in fleet.Replicas.Skip(1)) await replica.ExecuteAsync(NoticesLate);
        await using var watcher = await Watcher.StartAsync(fleet);
        var living = await watcher.Place.RunAsync("failover", "shop", "--because", "it hangs", "--primary-is-dead");
        Assert.True(living.Code == 1, living.ToString());
        Assert.Contains("the command takeover", living.Output + living.Error, StringComparison.Ordinal);

        fleet.Primary.Stop();
        await watcher.HeldAsync();
        var refused = await watcher.Place.RunAsync("failover", "shop", "--because", "it hangs");
        Assert.True(refused.Code == 1, refused.ToString());
        Assert.Contains("--primary-is-dead", refused.Error, StringComparison.Ordinal);
        await watcher.AssertNothingBegunAsync();

        await DoneAsync(watcher, "disable-recovery", "--because", "a bad day");
        var promoted = await DoneAsync(watcher, "failover", "shop", "--because", "it hangs", "--primary-is-dead", "--accept-loss");
        Assert.Contains("is the primary", promoted.Output, StringComparison.Ordinal);
        var asked = (await watcher.ReadAsync()).Single(r => r.Outcome is RecoveryOutcome.Promoted);
        var story = await DoneAsync(watcher, "explain", asked.Id);
        foreach (var said in (string[])["vouches that", "accepts that acknowledged transactions are lost", "passed over", "recovery is disabled globally", "it hangs"])
            Assert.Contains(said, story.Output, StringComparison.Ordinal);
        var writer = await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        await WriteAsync(writer);

        // It was no more than asleep: it is closed as any that comes back.
        await DoneAsync(watcher, "enable-recovery");
        fleet.Primary.Continue();
        await Eventually.HoldsAsync("the old one is closed", async () => (await fleet.Primary.SeeAsync())?.ReadOnly == true);
    }

    private static async Task<ServerFleet> StartAsync(string kind, int replicas = 2)
    {
        if (ServerFleet.WhyUnavailable(kind) is { } reason) Assert.Skip(reason);
        return await ServerFleet.StartAsync(new FleetRequest(kind, replicas));
    }

    private static async Task<CommandResult> DoneAsync(Watcher watcher, params string[] command)
    {
        var result = await watcher.Place.RunAsync(command);
        Assert.True(result.Code == 0, result.ToString());
        return result;
    }

    private static Task WriteAsync(FleetServer server) =>
        server.ExecuteAsync("CREATE DATABASE served").WaitAsync(Eventually.Bound);
}
