using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>A primary that hangs, and replicas that notice late or not at all.</summary>
public sealed class SilenceTrials
{
    private const string NoticesLate = "STOP REPLICA IO_THREAD; SET GLOBAL replica_net_timeout=7200; "
        + "CHANGE REPLICATION SOURCE TO SOURCE_HEARTBEAT_PERIOD=3600; START REPLICA IO_THREAD";

    /// <summary>
    /// One replica of three would notice only after hours (https://github.com/openark/orchestrator/issues/522).
    /// </summary>
    [Fact]
    [Trait("check", "quick")]
    public async Task One_replica_with_a_long_heartbeat_interval_does_not_keep_a_hanging_primary_in_place()
    {
        if (ServerFleet.WhyUnavailable("mysql-9.7") is { } reason) Assert.Skip(reason);
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", 3, SemiSync: true));
        await fleet.Replicas[2].ExecuteAsync(NoticesLate);
        await using var watcher = await Watcher.StartAsync(fleet);
        await watcher.LookOnAsync("its heartbeat interval is known", t => t[fleet.Replicas[2].Key()]?.Current?.Link is
            { Receiver: Core.Model.ReplicationThread.Running, HeartbeatInterval.TotalHours: 1 });

        fleet.Primary.Stop();
        var (_, outcome) = await watcher.PromotedAsync();

        Assert.Empty(outcome.Lost);
        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
    }

    /// <summary>The same, and two of three notice late: then nobody outvotes them.</summary>
    [Fact]
    public async Task Where_most_replicas_cannot_tell_a_person_is_told_of_their_interval()
    {
        if (ServerFleet.WhyUnavailable("mysql-9.7") is { } reason) Assert.Skip(reason);
        await using var fleet = await ServerFleet.StartAsync(new FleetRequest("mysql-9.7", 3, SemiSync: true));
        foreach (var replica in fleet.Replicas.Skip(1)) await replica.ExecuteAsync(NoticesLate);
        await using var watcher = await Watcher.StartAsync(fleet);

        fleet.Primary.Stop();
        var held = await watcher.HeldAsync();

        Assert.Contains("SOURCE_HEARTBEAT_PERIOD", held.Says, StringComparison.Ordinal);
        await watcher.AssertNothingBegunAsync();
    }
}
