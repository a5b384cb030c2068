using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Planning.Steps;

/// <summary>A server that replicates from outside the cluster too keeps that source, whatever is done with it (S12).</summary>
public sealed class LinkTargetTests
{
    private const string TwoSources = "db3 ro <db8 channel=aux via=H got=H:1-5 <db1 channel=main has=A:1-9,H:1-4";

    public static TheoryData<string> Channels => ["channel=main", "channel=other", ""];

    [Theory]
    [InlineData("<db1", "db3:3306")]
    [InlineData("<db1 channel=main", "db3:3306 channel main")]
    [InlineData("<db8 channel=aux <db1 channel=main", "db3:3306 channel main")]
    [InlineData("<db8 channel=aux <db1", "db3:3306 default channel")]
    [InlineData("<db8 <db1 channel=main", "db3:3306 channel main")]
    [InlineData("<db8 channel=aux <db2 channel=main", "db3:3306 channel main")]
    [InlineData("<db2 <db1 channel=main", "db3:3306 channel main")]
    [InlineData("<db8", "db3:3306")]
    [InlineData("<db8 channel=aux", "db3:3306 default channel")]
    [InlineData("", "db3:3306")]
    [InlineData("<db8 channel=a <db9 channel=b", "db3:3306 default channel")]
    [InlineData("<db8 channel=a <db9", "db3:3306 channel cluster")]
    public void The_link_that_is_meant_is_the_one_from_the_cluster(string links, string target)
    {
        var topology = WrittenTopology.Read($"db1 rw\ndb2 ro <db1\ndb3 ro {links}");
        Assert.Equal(target, LinkTarget.Of(topology, topology.Members[2], Key("db1")).ToString());
    }

    [Theory]
    [InlineData("", "db3:3306")]
    [InlineData("<db8", "db3:3306 channel cluster")]
    [InlineData("<db8 channel=aux", "db3:3306 default channel")]
    [InlineData("<db2", "db3:3306")]
    public void A_server_that_followed_nobody_in_the_cluster_gets_a_link_of_its_own(string links, string target)
    {
        var topology = WrittenTopology.Read($"db1 rw\ndb2 ro <db1\ndb3 ro {links}");
        Assert.Equal(target, LinkTarget.Beside(topology, topology.Members[2], Key("db1")).ToString());
    }

    /// <summary>S12, L2: its coordinates there are nowhere else.</summary>
    [Theory]
    [MemberData(nameof(Channels))]
    public void After_a_failover_a_replica_of_two_sources_follows_the_new_primary_and_keeps_the_other(string channel)
    {
        var (ended, now) = Rehearse(PlanKinds.DeadPrimary, "db1", null, "db1 rw has=A:1-9 | refused", "db2 ro <db1 io=connecting err=2003 has=A:1-9", Alone(channel));
        Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
        KeepsTheOther(ended, now, "db2");
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_failover_that_is_given_up_leaves_both_as_they_were(string channel)
    {
        var (ended, now) = Rehearse(PlanKinds.DeadPrimary, "db1", null, "db1 rw has=A:1-9 | refused", "db2 ro <db1 io=connecting err=2003 has=A:1-9 rule=must_not", Alone(channel) + " rule=must_not");
        Assert.IsType<RecoveryOutcome.Abandoned>(ended.Outcome);
        KeepsTheOther(ended, now, "db1");
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_failover_whose_candidates_fail_one_after_the_other_does_too(string channel)
    {
        var (ended, now) = Rehearse(
            PlanKinds.DeadPrimary, "db1", "x with db2 dies at 6", "db1 rw has=A:1-9 | refused", "db2 ro <db1 io=connecting err=2003 has=A:1-9 rule=prefer",
            Alone(channel), "db4 ro <db1 io=connecting err=2003 has=A:1-9");
        KeepsTheOther(ended, now, ended.Outcome is RecoveryOutcome.Promoted promoted ? promoted.Key.Host : null);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_planned_switch_takes_it_along(string channel)
    {
        var (ended, now) = Rehearse(PlanKinds.Takeover, "db1", null, "db1 rw has=A:1-9", "db2 ro <db1 has=A:1-9", Written(channel));
        Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
        KeepsTheOther(ended, now, "db2");
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_planned_switch_that_is_rolled_back_brings_it_back(string channel)
    {
        var (ended, now) = Rehearse(PlanKinds.Takeover, "db1", "x with db2 SetWritable fails", "db1 rw has=A:1-9 semi=source:1", "db2 ro <db1 has=A:1-9 semi=replica", Written(channel) + " semi=replica");
        Assert.IsType<RecoveryOutcome.RolledBack>(ended.Outcome);
        KeepsTheOther(ended, now, "db1");
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_move_moves_the_link_within_the_cluster(string channel)
    {
        var (ended, now) = Rehearse(PlanKinds.Relocate, "db3", null, "db1 rw has=A:1-9 semi=source:1", "db2 ro <db1 has=A:1-9 semi=replica", Written(channel) + " semi=replica", "db4 ro <db1 has=A:1-9 semi=replica");
        Assert.IsType<RecoveryOutcome.Relocated>(ended.Outcome);
        KeepsTheOther(ended, now, "db2");
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_move_that_fails_brings_that_link_back(string channel)
    {
        var (ended, now) = Rehearse(
            PlanKinds.Relocate, "db3", "x with db3 WaitUntilReceiving fails", "db1 rw has=A:1-9 semi=source:1", "db2 ro <db1 has=A:1-9 semi=replica", Written(channel) + " io=connecting semi=replica",
            "db4 ro <db1 has=A:1-9 semi=replica");
        KeepsTheOther(ended, now, null);
    }

    /// <summary>A primary that replicates from another cluster goes on with that as a replica.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(" channel=aux")]
    public void An_old_primary_with_a_source_outside_keeps_it_below_the_new_one(string channel)
    {
        var (ended, now) = Rehearse(PlanKinds.Takeover, "db1", null, $"db1 rw has=A:1-9 <db8{channel} via=H", "db2 ro <db1 has=A:1-9");
        Assert.IsType<RecoveryOutcome.Promoted>(ended.Outcome);
        Assert.Equal(["db2", "db8"], now[Key("db1")]!.Current!.Links.Select(l => l.Source.Host).Order());
    }

    /// <summary>S12: somebody removed its link within the cluster and opened it; what is left is not the cluster's.</summary>
    [Fact]
    public void A_follower_that_has_a_channel_from_outside_alone_gets_a_link_beside_it()
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read(
            "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-9\n"
            + "db3 ro <db1 io=connecting err=2003 has=A:1-9"));
        var recovery = PlannerTests.Recovery(fleet.Now, PlanKinds.DeadPrimary, "db1") with { Target = Key("db2") };
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Stages[^1].Stage.Name != "promote");
        fleet = new SimulatedFleet(WrittenTopology.Read(["db3 rw <db8 channel=aux has=A:1-9"], fleet.Now));
        var ended = Rehearsal.Run(recovery, fleet);
        KeepsAux(ended, fleet.Now, Key("db3"));
        Assert.Contains(fleet.Now[Key("db3")]!.Current!.Links, l => l is { Channel: "", Source.Host: "db2" });
    }

    /// <summary>S12: the successor of a switch lost its link before the switch cut it from its source.</summary>
    [Fact]
    public void A_successor_that_has_a_channel_from_outside_alone_keeps_it()
    {
        var fleet = new SimulatedFleet(WrittenTopology.Read(
            "db1 rw has=A:1-9\ndb2 ro <db1 has=A:1-9\ndb3 ro <db1 has=A:1-9"));
        var recovery = PlannerTests.Recovery(fleet.Now, PlanKinds.Takeover, "db1") with { Target = Key("db2") };
        do recovery = Rehearsal.RunStage(recovery, fleet);
        while (recovery.Stages[^1].Stage.Name != "freeze");
        fleet = new SimulatedFleet(WrittenTopology.Read(["db2 ro <db8 channel=aux has=A:1-9"], fleet.Now));
        KeepsAux(Rehearsal.Run(recovery, fleet), fleet.Now, Key("db2"));
    }

    private static void KeepsAux(Recovery ended, Topology now, InstanceKey key)
    {
        Assert.DoesNotContain(ended.Stages.SelectMany(s => s.Stage.Steps), s => s.Step.Target.ChannelName == "aux");
        Assert.Contains(now[key]!.Current!.Links, l => l is { Channel: "aux", Source.Host: "db8" });
    }

    private static string Written(string channel) => TwoSources.Replace("channel=main", channel, StringComparison.Ordinal);

    // Cut off from the dead primary; the other source has sent nothing yet.
    private static string Alone(string channel) => $"db3 ro <db8 channel=aux via=H got= <db1 {channel} io=connecting err=2003 has=A:1-9";

    private static void KeepsTheOther(Recovery ended, Topology now, string? source)
    {
        var links = now[Key("db3")]!.Current!.Links;
        var told = string.Join("; ", links.Select(l => $"'{l.Channel}' from {l.Source} {l.Receiver}/{l.Applier}")) + " | " + ended.Outcome!.Says;
        var other = links.SingleOrDefault(l => l.Channel == "aux");
        Assert.True(other is { Source.Host: "db8", IsReplicating: true, Received: not null }, told);
        Assert.True(links.Length == 2 && (source is null || links.Any(l => l.Channel != "aux" && l.Source.Host == source && l.Receiver != ReplicationThread.Stopped)), told);
    }

    private static (Recovery Ended, Topology Now) Rehearse(PlanKind kind, string subject, string? faults, params string[] lines)
    {
        var topology = WrittenTopology.Read(string.Join('\n', [.. lines, "db8 uuid=H | never seen"]));
        var inside = new Topology(topology.Cluster, topology.TakenAt, topology.Members.Where(m => m.Key.Host != "db8"));
        var fleet = new SimulatedFleet(inside, faults is null ? [] : WrittenFault.ReadAll(faults));
        var target = kind == PlanKinds.Relocate ? Key("db2") : null;
        return (Rehearsal.Run(PlannerTests.Recovery(inside, kind, subject) with { Target = target }, fleet), fleet.Now);
    }

    private static InstanceKey Key(string host) => WrittenTopology.Key(host);
}
