using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.MySql.Reading;

namespace OrchestratorFunctions.MySql.Tests.Probing;

/// <summary>What real servers do with a relay log that is full, or is given up at a restart, and what is said of it.</summary>
public sealed class RelayLogTests
{
    private static readonly string Row = new('x', 1900);

    [Fact]
    public async Task A_receiver_without_room_in_the_relay_log_is_no_witness_of_the_silence_of_its_source()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7");
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await RestartWithAsync(replica, "relay_log_space_limit", "20000");
        await replica.ExecuteAsync("STOP REPLICA SQL_THREAD");
        await primary.ExecuteAsync("CREATE TABLE app.room (id INT AUTO_INCREMENT PRIMARY KEY, v TEXT)");
        for (var i = 0; i < 20; i++) await primary.ExecuteAsync($"INSERT INTO app.room (v) VALUES ('{Row}')");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { HeldUpBy.Length: > 0, SilentFor.TotalSeconds: > 3 }, "the receiver waits for room");

        // The primary is alive; only our own way to it is gone.
        var topology = await SilentAsync(fleet);
        var found = Analyzer.Analyze(topology).First(a => a.Key == Fleets.Key(primary));
        Assert.Equal(AnalysisCode.UnreachablePrimary, found.Code);
        Assert.Contains(found.Because, b => b.Contains("free relay log space", StringComparison.Ordinal));

        await replica.ExecuteAsync("START REPLICA SQL_THREAD");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Link is { HeldUpBy: "", SilentFor.TotalSeconds: < 2 }, "it hears again");
    }

    [Theory]
    [InlineData("ON", true)]
    [InlineData("OFF", false)]
    public async Task What_was_acknowledged_and_not_applied_is_gone_after_a_restart_with_relay_log_recovery(string recovery, bool isGone)
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", semiSync: true);
        var (primary, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        // Only its process dies here, and no server tells that from a failure of the machine.
        await replica.ExecuteAsync("SET PERSIST sync_relay_log = 1");
        await RestartWithAsync(replica, "relay_log_recovery", recovery);
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(primary)).SemiSync is { SourceActive: true, Clients: 1 }, "it is acknowledged again");
        await primary.ExecuteAsync("CREATE TABLE app.acked (id INT PRIMARY KEY)");
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).Gtid.Executed.Contains((await fleet.SeeAsync(primary)).Gtid.Executed), "all is applied");
        await replica.ExecuteAsync("STOP REPLICA SQL_THREAD");
        var old = Member.SeenAs(await fleet.SeeAsync(primary), DateTimeOffset.UtcNow);
        for (var i = 0; i < 5; i++) await primary.ExecuteAsync($"INSERT INTO app.acked VALUES ({i})");
        var heir = Member.SeenAs(await fleet.SeeAsync(replica), DateTimeOffset.UtcNow);
        var received = heir.Current!.AllReceived;
        Assert.False(heir.Current.Gtid.Executed.Contains(received));
        Assert.Equal(recovery == "ON", heir.Current.RelayLog!.RecoversAtStart);
        Assert.Equal(isGone, Analyzer.Analyze(fleet.TopologyOf(old, heir)).Any(a => a.Code == AnalysisCode.AckerForgetsAtRestart));

        primary.Kill();
        replica.Kill();
        await replica.RestartAsync();
        heir = heir.With(new ProbeOutcome.Seen(await fleet.SeeAsync(replica)), DateTimeOffset.UtcNow);
        old = old.With(new ProbeOutcome.Failed(ProbeFailureKind.Refused, "refused"), DateTimeOffset.UtcNow);

        Assert.Equal(isGone, !heir.Current!.AllReceived.Contains(received));
        var durability = Durability.Of(fleet.TopologyOf(old, heir), old, new HashSet<InstanceKey> { heir.Key }, heir.Current.AllReceived);
        Assert.Equal(isGone, durability.IsBroken);
        if (isGone) Assert.Contains(received.Except(heir.Current.AllReceived).ToString(), durability.PossiblyLost, StringComparison.Ordinal);
    }

    private static async Task RestartWithAsync(FleetServer server, string variable, string value)
    {
        await server.ExecuteAsync($"SET PERSIST_ONLY {variable} = {value}");
        server.Kill();
        await server.RestartAsync();
    }

    private static async Task<Topology> SilentAsync(Fleets fleet)
    {
        var now = DateTimeOffset.UtcNow;
        var old = Member.SeenAs(await fleet.SeeAsync(fleet.Servers.Primary), now.AddSeconds(-4));
        var silent = old.With(new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "no answer in time"), now, TimeSpan.FromSeconds(4));
        return fleet.TopologyOf(silent, Member.SeenAs(await fleet.SeeAsync(fleet.Servers.Replicas[0]), now));
    }
}
