using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Tests.Simulation;

namespace OrchestratorFunctions.Core.Tests.Planning.Steps;

/// <summary>What every verb promises: it can say itself, be stored, foretell its effect, and knows when it is true.</summary>
public sealed class PlanStepTests
{
    private static IEnumerable<PlanStep> StepsOn(InstanceKey on, InstanceKey other, GtidPosition position) =>
    [
        new StopReceiving(on), new StartReplication(on), new PointTo(on, other), new ForgetSource(on), new WaitUntilReceiving(on, other), WaitUntilApplied.For(on, position),
        new SetReadOnly(on),
        new Fence(on) { WasWritable = false }, new SetWritable(on), new SetSemiSync(on, true, false, 2, 5000), new SetSemiSync(on, false, true), new SetSemiSync(on, false, false),
        new SetEvents(on, EventNames.Of(["`shop`.`nightly`", "`shop`.`gone`"]), EventState.Enabled) { StartsScheduler = true },
        new SetEvents(on, EventNames.Of(["`shop`.`report`"]), EventState.Disabled), new SetEvents(on, EventNames.Of(["`shop`.`nightly`"]), EventState.ReplicaSide),
        new StopReplication(on), new StopReplication(on) { Threads = ReplicationThreads.Applier }, new SetDelay(on, 60), new Detach(on, other), new UseGtid(on), new UseFilePosition(on), new SetReplicationAccount(on),
        new SkipTransactions(on, GtidSet.Parse(WrittenTopology.Uuid('Y') + ":1-2")), new ResetGtids(on, GtidSet.Parse(WrittenTopology.Uuid('Y') + ":1-2")),
        new FlushBinaryLogs(on), new PurgeBinaryLogs(on, "binlog.000002"), new KillQuery(on, 7),
        MarkFormerPrimary.Of(on), ClearFormerPrimary.Of(on),
        new RunHook(on, HookPoint.PreFailover, "page") { Successor = other },
    ];

    [Fact]
    public void Every_verb_is_tested_here_and_listed_for_storage()
    {
        var verbs = typeof(PlanStep).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(PlanStep)) && !t.IsAbstract).Order(Types.ByName).ToArray();
        var listed = typeof(PlanStep).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), false).Cast<JsonDerivedTypeAttribute>().ToArray();
        Assert.Equal(verbs, listed.Select(a => a.DerivedType).Order(Types.ByName));
        Assert.Equal(verbs.Length, listed.Select(a => a.TypeDiscriminator).Distinct().Count());
        Assert.Equal(verbs, StepsOn(RandomCluster.Primary, RandomCluster.Primary, GtidSet.Empty).Select(s => s.GetType()).Distinct().Order(Types.ByName));
    }

    [Fact]
    public void After_its_effect_a_step_is_true_and_doing_it_again_changes_nothing() => Seeds.Each(70_000, 60, seed => OnEach(seed, (topology, step) =>
    {
        var once = step.Effect(topology);
        var twice = step.Effect(once);
        Require(step.LeavesNoTrace || step.IsSatisfiedBy(once), seed, step, "is not true after its effect");
        Require(Json.Of(once.Members) == Json.Of(twice.Members), seed, step, "changes something when done twice");
        Require(once.Members.Where(m => m.Key != step.Target.Key).SequenceEqual(topology.Members.Where(m => m.Key != step.Target.Key)), seed, step, "changes another server");
    }));

    [Fact]
    public void A_step_survives_storage_and_names_its_server() => Seeds.Each(71_000, 20, seed => OnEach(seed, (_, step) =>
    {
        Require(Json.RoundTrip(step) == step, seed, step, "is stored differently");
        Require(step.Says.Contains(step.Target.Key.ToString(), StringComparison.Ordinal), seed, step, "does not name its server");
    }));

    [Theory]
    [InlineData("db1:3306", typeof(StepTarget.Server))]
    [InlineData("db1:3306 channel aux", typeof(StepTarget.Server))]
    [InlineData("db1:3306 default channel", typeof(StepTarget.Server))]
    [InlineData("former-primary db1:3306", typeof(StepTarget.FormerPrimary))]
    public void A_target_is_stored_as_one_text(string text, Type type)
    {
        var target = StepTarget.Parse(text);
        Assert.Equal((type, text, "db1"), (target.GetType(), target.ToString(), target.Key.Host));
        Assert.Equal(target, Json.RoundTrip(target));
        Assert.Throws<FormatException>(() => StepTarget.Parse("former-primary db1:x"));
    }

    [Fact]
    public void A_step_on_a_channel_leaves_the_other_channels_alone()
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro\ndb3 ro <db9 channel=aux <db1 channel=main");
        var (on, db2) = (WrittenTopology.Key("db3"), WrittenTopology.Key("db2"));
        var step = new PointTo(new StepTarget.Server(on, "main"), db2);
        Assert.False(step.IsSatisfiedBy(topology));
        var after = step.Effect(topology);
        Assert.True(step.IsSatisfiedBy(after));
        Assert.Equal(["aux db9", "main db2"], after[on]!.Current!.Links.Select(l => $"{l.Channel} {l.Source.Host}"));
    }

    [Theory]
    [InlineData("db3:3306 channel main", "aux Running/Running, main Stopped/Running", "aux Running/Running")]
    [InlineData("db3:3306 channel aux", "aux Stopped/Running, main Running/Running", "main Running/Running")]
    [InlineData("db3:3306", "aux Stopped/Running, main Stopped/Running", "")]
    public void What_stops_or_forgets_a_channel_leaves_the_others_running(string target, string stopped, string forgotten)
    {
        var topology = WrittenTopology.Read("db1 rw\ndb2 ro\ndb3 ro <db9 channel=aux <db1 channel=main");
        var on = StepTarget.Parse(target);
        var standing = new StopReceiving(on).Effect(topology);
        Assert.Equal(stopped, Links(standing));
        Assert.Equal(forgotten, Links(new ForgetSource(on).Effect(topology)));
        Assert.Equal(Links(topology), Links(new StartReplication(on) { Threads = ReplicationThreads.Receiver }.Effect(standing)));
        string Links(Topology t) => string.Join(", ", t[WrittenTopology.Key("db3")]!.Current!.Links.Select(l => $"{l.Channel} {l.Receiver}/{l.Applier}"));
    }

    [Fact]
    public void An_applier_that_is_not_meant_is_not_started()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro\ndb3 ro <db1 io=stopped sql=stopped has=A:1-5");
        var on = WrittenTopology.Key("db3");
        ServerStep[] steps = [new StartReplication(on) { Threads = ReplicationThreads.Receiver }, new PointTo(on, WrittenTopology.Key("db2")) { Threads = ReplicationThreads.Receiver }];
        Assert.All(steps, step =>
        {
            var after = step.Effect(topology)[on]!.Current!;
            Assert.True(step.IsSatisfiedBy(after));
            Assert.Equal((ReplicationThread.Stopped, true), (after.Link!.Applier, after.Link.Receiver != ReplicationThread.Stopped));
        });
    }

    /// <summary>S13: what closing a replaced primary does to its clients stands in the plan.</summary>
    [Theory]
    [InlineData("db1 rw former semi=source:1", true)]
    [InlineData("db1 rw former semi=available", false)]
    [InlineData("db1 rw semi=source:1", false)]
    [InlineData("db1 10.11.18-MariaDB rw former semi=source:1", false)] // its clients may be told that they are safe
    public void Only_a_replaced_primary_that_waits_has_its_commits_let_through(string line, bool expected)
    {
        var step = SetReadOnly.OfFormerPrimary(WrittenTopology.Read(line).Members[0]);
        Assert.Equal(expected, step.ReleasesCommits);
        Assert.Equal(expected, step.Says.Contains("cut off their clients and switch semi-sync off", StringComparison.Ordinal));
        Assert.Equal(step, Json.RoundTrip(step));
    }

    [Fact]
    public void What_was_seen_in_part_is_not_known_better_afterwards()
    {
        var topology = WrittenTopology.Read("db1 rw | partly: gtid");
        Assert.IsType<ProbeOutcome.Partly>(new SetReadOnly(RandomCluster.Primary).Effect(topology).Members[0].Outcome);
    }

    [Fact]
    public void A_server_that_is_no_member_changes_nothing()
    {
        var topology = WrittenTopology.Read("db1 rw");
        Assert.All(StepsOn(WrittenTopology.Key("db9"), RandomCluster.Primary, GtidSet.Empty), s => Assert.Same(topology, s.Effect(topology)));
    }

    [Fact]
    public void A_fence_foretells_nothing_of_a_server_that_does_not_answer()
    {
        var topology = WrittenTopology.Read("db1 rw | timed out 9.0s");
        Assert.Same(topology, new Fence(RandomCluster.Primary).Effect(topology));
    }

    [Theory]
    [InlineData("db1 rw", false)]
    [InlineData("db1 ro-only", false)]
    [InlineData("db1 ro", true)]
    [InlineData("db1 10.11.8-MariaDB ro", true)]
    public void Read_only_means_for_privileged_accounts_too_where_the_server_can(string line, bool expected)
    {
        var instance = WrittenTopology.Read(line).Members[0].Current!;
        Assert.Equal(expected, new SetReadOnly(instance.Key).IsSatisfiedBy(instance));
        Assert.Equal(expected, new Fence(instance.Key).IsSatisfiedBy(instance));
    }

    [Theory]
    [InlineData("<db1", true)]
    [InlineData("<db1 io=connecting", true)]
    [InlineData("<db1 io=stopped", false)]
    [InlineData("<db1 sql=stopped", false)]
    [InlineData("<db1 noauto", false)]
    [InlineData("<db9", false)]
    [InlineData("", false)]
    public void Pointed_to_means_running_by_gtid_from_there(string words, bool expected)
    {
        var instance = WrittenTopology.Read($"db2 ro {words}").Members[0].Current!;
        Assert.Equal(expected, new PointTo(instance.Key, RandomCluster.Primary).IsSatisfiedBy(instance));
    }

    [Fact]
    public void Pointing_keeps_delay_filters_and_channel_and_drops_the_relay_log()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9\ndb2 ro has=A:1-9\ndb3 ro <db1 channel=x delay=60 filters has=A:1-5 got=A:1-7");
        var link = new PointTo(WrittenTopology.Key("db3"), WrittenTopology.Key("db2")).Effect(topology)[WrittenTopology.Key("db3")]!.Current!.Link!;
        Assert.Equal(("db2", "x", 60, true), (link.Source.Host, link.Channel, link.DelaySeconds, link.HasFilters));
        Assert.Null(link.Received);
    }

    [Fact]
    public void Pointing_to_a_dead_server_brings_nothing()
    {
        var topology = WrittenTopology.Read("db1 rw has=A:1-9 | refused\ndb3 ro <db2 has=A:1-5");
        var after = new PointTo(WrittenTopology.Key("db3"), WrittenTopology.Key("db1")).Effect(topology)[WrittenTopology.Key("db3")]!.Current!;
        Assert.Equal((ReplicationThread.Connecting, "A:1-5"), (after.Link!.Receiver, WrittenTopology.Shorten(after.Gtid.Executed.ToString())));
    }

    [Fact]
    public void MariaDb_is_asked_for_a_position_and_MySql_for_a_set()
    {
        Assert.Equal("0-1-9,1-1-4", WaitUntilApplied.For(RandomCluster.Primary, MariaDbGtidSet.Parse("0-2-5,0-1-9,1-1-4")).Position.ToString());
        var set = GtidSet.Parse(WrittenTopology.Uuid('A') + ":1-3:5");
        Assert.Equal(set, WaitUntilApplied.For(RandomCluster.Primary, set).Position);
    }

    private static void OnEach(int seed, Action<Topology, PlanStep> check)
    {
        var cluster = new RandomCluster(seed, primaryIsDead: seed % 2 == 0);
        foreach (var on in cluster.Topology.Members.Where(m => m.IsSeen))
            foreach (var other in cluster.Topology.Members.Where(m => m.Key != on.Key))
                foreach (var step in StepsOn(on.Key, other.Key, cluster.Position(500)).Where(s => IsFor(s, on.Current!))) check(cluster.Topology, step);
    }

    // What changes a link has one to change, and only MySQL's transactions are counted as sets.
    private static bool IsFor(PlanStep step, Instance server) => step switch
    {
        SetDelay or Detach or UseGtid or UseFilePosition or SetReplicationAccount => server.Link is not null,
        SkipTransactions or ResetGtids => server.Gtid.Executed is GtidSet,
        _ => true,
    };

    private static void Require(bool holds, int seed, PlanStep step, string what)
    {
        if (!holds) throw new SimulationException($"seed {seed}: {step} {what}");
    }
}
