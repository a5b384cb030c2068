using System.Text.Json;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Model;

public sealed class CoreJsonTests
{
    private static Recovery Rich()
    {
        var topology = WrittenTopology.Read("""
            db1 rw dc=ams has=A:1-100 semi=source:1 clients=2 | timed out 9.0s
            db2 ro <db1 io=connecting err=2003 dc=ams semi=replica has=A:1-90 got=A:1-95
            db3 ro <db1 io=connecting err=2003 rule=must_not semi=replica has=A:1-96 got=A:1-100
            db4 ro <db1 | refused
            """);
        var recovery = new Recovery
        {
            Id = "r1", Cluster = topology.Cluster, Kind = PlanKinds.DeadPrimary, Actor = "watch", StartedAt = topology.TakenAt, Subject = WrittenTopology.Key("db1"),
            Evidence = ["db1 does not answer"], Policy = new() { AllowPossibleLoss = true }, Target = WrittenTopology.Key("db2"),
        };
        return Rehearsal.Run(recovery, new SimulatedFleet(topology));
    }

    [Fact]
    public void A_rich_recovery_comes_back_as_it_was()
    {
        var recovery = Rich();
        Assert.True(recovery.IsEnded);
        var back = Json.RoundTrip(recovery);
        Assert.Equal(Json.Of(recovery), Json.Of(back));
        Assert.Equal(recovery.Outcome!.Says, back.Outcome!.Says);
        Assert.Equal(recovery.Choice!.Position, back.Choice!.Position);
        Assert.Equal(recovery.Stages.Length, back.Stages.Length);
    }

    [Fact]
    public void What_can_be_derived_is_not_stored()
    {
        var text = Json.Of(Rich());
        Assert.All(["\"says\":\"Point", "\"isSuccess\"", "\"isLast\"", "\"isDone\"", "\"broken\"", "\"isEnded\""], derived => Assert.DoesNotContain(derived, text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_written_without_findings_reads_and_writes()
    {
        var record = new StageRecord(PlanStage.End("abandon", new RecoveryOutcome.Abandoned(new("why"))), 1, WrittenTopology.Noon, []);
        Assert.Empty(Json.RoundTrip(record).Findings);
        Assert.Empty(Json.To<StageRecord>(Json.Of(record).Replace(",\"findings\":[]", "", StringComparison.Ordinal)).Findings);
    }

    [Fact]
    public void A_member_of_a_newer_version_is_skipped() =>
        Assert.Equal(new SetWritable(WrittenTopology.Key("db1")), Json.To<PlanStep>("""{"target":"db1:3306","newer":{"a":[1]},"verb":"set-writable"}"""));

    [Theory]
    [InlineData("""{"on":"db1:3306","verb":"set-writable"}""")]
    [InlineData("""{"verb":"set-writable"}""")]
    public void A_stored_step_without_a_target_is_an_error_and_not_a_step_on_nothing(string stored) =>
        Assert.Throws<ArgumentNullException>(() => Json.To<PlanStep>(stored));

    [Fact]
    public void A_stored_end_that_does_not_say_why_is_an_error() =>
        Assert.Throws<ArgumentNullException>(() => Json.To<RecoveryOutcome>("""{"result":"abandoned","because":"why"}"""));

    [Fact]
    public void Positions_of_both_flavours_are_told_apart()
    {
        GtidPosition[] positions = [GtidSet.Empty, MariaDbGtidSet.Empty, GtidSet.Parse(WrittenTopology.Uuid('A') + ":1-3"), MariaDbGtidSet.Parse("0-1-5")];
        Assert.All(positions, p => Assert.Equal(p, Json.RoundTrip(p)));
    }

    [Theory]
    [InlineData("\"nonsense:x:y\"")]
    [InlineData("\"mariadb:x\"")]
    public void A_broken_position_is_refused_as_broken_json(string text) => Assert.Throws<JsonException>(() => Json.To<GtidPosition>(text));

    [Theory]
    [InlineData("\"db1:x\"")]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void A_broken_key_is_refused_as_broken_json_or_is_no_key(string text)
    {
        if (text == "null") Assert.Null(JsonSerializer.Deserialize<InstanceKey>(text, CoreJson.Options));
        else Assert.Throws<JsonException>(() => Json.To<InstanceKey>(text));
    }

    [Fact]
    public void A_whole_instance_comes_back()
    {
        var instance = WrittenTopology.Read("db2 8.0.36-28 ro <db1 has=A:1-10 got=A:1-12 lag=1 quiet=0.1s beat=1s read=b.000001:7 dc=ams group=PRIMARY alias=x purged=A:1-2").Members[0].Current!;
        Assert.Equal(Json.Of(instance), Json.Of(Json.RoundTrip(instance)));
    }

    /// <summary>An earlier version reads an uptime that is not stored as one that was not told.</summary>
    [Theory]
    [InlineData("up=0", 0L)]
    [InlineData("up=42", 42L)]
    [InlineData("", null)]
    public void The_first_second_of_a_server_is_stored_and_an_uptime_that_was_not_told_is_not(string word, long? uptime)
    {
        var text = Json.Of(WrittenTopology.Read($"db1 rw {word}").Members[0].Current!);
        Assert.Equal(uptime is not null, text.Contains("\"uptimeSeconds\":", StringComparison.Ordinal));
        Assert.Equal(uptime, Json.To<Instance>(text).UptimeSeconds);
    }
}
