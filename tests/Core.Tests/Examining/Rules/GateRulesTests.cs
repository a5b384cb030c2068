using System.Collections.Immutable;
using OrchestratorFunctions.Core.Examining;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Examining.Rules;

public sealed class GateRulesTests
{
    private static readonly GateInputs Open = new(true, RecoveryFilter.All, BlockWindow.Default, null, [], WrittenTopology.Noon);

    [Fact]
    public void An_open_gate_is_no_finding() => Assert.Empty(Of(Open, false));

    [Fact]
    public void A_recovery_that_blocks_the_next_one_is_named_with_the_command_that_frees_it()
    {
        var found = Assert.Single(Of(Open with { Recent = [Past("r1")] }));
        Assert.Equal(FindingCode.RecoveryHeld, found.Code);
        Assert.Equal([Fix.Command("acknowledge r1")], found.Fixes);
    }

    [Fact]
    public void One_that_was_acknowledged_blocks_nothing() =>
        Assert.Empty(Of(Open with { Recent = [Past("r1") with { IsAcknowledged = true }] }));

    [Fact]
    public void What_could_not_be_read_is_no_finding() => Assert.Empty(Of(Open with { Recent = null, Filter = null }));

    [Fact]
    public void A_cluster_that_no_pattern_names_is_only_watched()
    {
        var found = Assert.Single(Of(Open with { Filter = new RecoveryFilter(["other"]) }));
        Assert.Equal((FindingCode.ClusterNotRecovered, FindingSeverity.Hint), (found.Code, found.Severity));
    }

    [Fact]
    public void A_recovery_that_this_version_cannot_read_keeps_its_cluster()
    {
        var found = Assert.Single(Of(Open with { Active = ActiveRecovery.Unreadable("r1", "its kind", "9.9") }, false));
        Assert.Equal(FindingCode.RecoveryUnreadable, found.Code);
        // A newer version may run it at this moment: no command is printed that would leave it half done.
        Assert.All(found.Fixes, f => Assert.Equal(FixKind.Advice, f.Kind));
    }

    [Fact]
    public void Many_failovers_of_other_clusters_hold_this_one_too()
    {
        var others = Enumerable.Range(1, 9).Select(i => new FleetFailover(new ClusterId($"c-other{i}"), WrittenTopology.Noon.AddMinutes(-1)));
        var found = Assert.Single(Of(Open with { Fleet = [.. others] }));
        Assert.Equal((FindingCode.FleetHeld, FindingSeverity.Warning), (found.Code, found.Severity));
    }

    [Theory]
    [InlineData(true, 300, false)]
    [InlineData(null, 300, false)]
    [InlineData(false, 60, false)]
    [InlineData(false, 300, true)]
    public void A_recovery_is_abandoned_when_nobody_holds_the_lease_long_after_its_last_stage(bool? isHeld, int seconds, bool isAbandoned)
    {
        var found = Of(Open, isHeld, Running(seconds));
        Assert.Equal(isAbandoned ? [FindingCode.RecoveryAbandoned] : [], found.Select(f => f.Code));
    }

    [Fact]
    public void One_that_waits_for_an_operator_is_run_by_nobody_and_names_both_answers()
    {
        var asked = Running(300).With(new StageRecord(new PlanStage("approval", "somebody is asked", []) { AwaitsApproval = true }, 1, WrittenTopology.Noon.AddMinutes(-5), []));
        var found = Assert.Single(Of(Open, false, asked));
        Assert.Equal(FindingCode.ApprovalAwaited, found.Code);
        Assert.Equal([Fix.Command("approve r1"), Fix.Command("cancel r1")], found.Fixes);
    }

    private static Recovery Running(int secondsAgo) => new()
    {
        Id = "r1", Cluster = new("c-1"), Kind = PlanKinds.DeadPrimary, Actor = "watcher", Subject = WrittenTopology.Key("db1"),
        StartedAt = WrittenTopology.Noon.AddSeconds(-secondsAgo), Policy = new RecoveryPolicy(),
    };

    private static ImmutableArray<Finding> Of(GateInputs gate, bool? isHeld = null, Recovery? active = null) =>
        [.. Examiner.Examine(ExaminerTests.Written("db1 rw has=A:1-9\ndb2 ro <db1 beat=1s has=A:1-9 got=A:1-9") with { Gate = gate, IsLeaseHeld = isHeld, Active = active })
            .Findings.Where(f => f.Code != FindingCode.SemiSyncOff)];

    private static PastRecovery Past(string id) => new(
        id, "DeadPrimary", IsFailover: true, WrittenTopology.Key("db1"), WrittenTopology.Key("db2"), WrittenTopology.Noon.AddMinutes(-6),
        WrittenTopology.Noon.AddMinutes(-5), IsSuccess: true, IsAcknowledged: false);
}
