using System.Text.Json;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Tests.Planning;

namespace OrchestratorFunctions.Core.Tests.Explaining;

public sealed class NoticesTests
{
    private static readonly InstanceKey Db2 = WrittenTopology.Key("db2"), Db3 = WrittenTopology.Key("db3");

    private static readonly Recovery Seed = PlannerTests.Recovery(WrittenTopology.Read("db1 rw\ndb2 ro <db1"), PlanKinds.DeadPrimary, "db1") with
    {
        Code = AnalysisCode.DeadPrimary, Sentence = "The primary cannot be reached", Actor = "watcher",
    };

    private static readonly Recovery Begun = Seed.With(At(1, new PlanStage("freeze", "it must stand still", [])));

    private static readonly Recovery Asked = Begun.With(At(2, new PlanStage("approval", "may db2:3306 be promoted?", [], Choosing(Db2, "db9 was not seen"), AwaitsApproval: true)));

    private static readonly Recovery Promoted = Asked.With(At(9, PlanStage.End("promoted", new RecoveryOutcome.Promoted(Db2, [new Lost(Db3, "errant")]))));

    [Fact]
    public void Nothing_is_told_before_the_first_stage() => Assert.Empty(Notices.Of(Seed));

    [Fact]
    public void A_recovery_that_began_says_what_failed_and_who_acts()
    {
        var notice = Assert.Single(Notices.Of(Begun, "shop"));
        Assert.Equal((NoticeType.RecoveryBegan, "r1/recovery-began", Seed.StartedAt), (notice.Type, notice.Id, notice.At));
        Assert.Equal("shop: the replacement of the dead primary db1:3306 began, asked for by watcher: The primary cannot be reached", notice.Says);
        Assert.Equal((AnalysisCode.DeadPrimary, "watcher", Seed.Subject, "shop"), (notice.Code, notice.Actor, notice.Subject, notice.Alias));
    }

    [Fact]
    public void A_question_names_the_candidate_and_what_may_be_lost()
    {
        var notice = Notices.Of(Asked)[^1];
        Assert.Equal((NoticeType.ApprovalAsked, "r1/approval-asked/2"), (notice.Type, notice.Id));
        Assert.Equal((Db2, "db9 was not seen"), (notice.Candidate, notice.PossiblyLost));
        Assert.Contains("may db2:3306 be promoted?", notice.Says, StringComparison.Ordinal);
        Assert.Contains("r1", notice.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_questions_are_two_notices()
    {
        var again = Asked.With(At(3, new PlanStage("approval", "may db3:3306 be promoted?", [], Choosing(Db3), AwaitsApproval: true)));
        Assert.Equal(["r1/recovery-began", "r1/approval-asked/2", "r1/approval-asked/3"], Notices.Of(again).Select(n => n.Id));
        Assert.Equal([Db2, Db3], Notices.Of(again).Skip(1).Select(n => n.Candidate));
    }

    [Fact]
    public void An_end_names_the_successor_and_the_lost()
    {
        var notice = Notices.Of(Promoted)[^1];
        Assert.Equal((NoticeType.RecoveryEnded, "r1/recovery-ended", Promoted.EndedAt), (notice.Type, notice.Id, notice.At));
        Assert.Equal(("promoted", Db2, "db9 was not seen"), (notice.Outcome, notice.Successor, notice.PossiblyLost));
        Assert.Equal(new Lost(Db3, "errant"), Assert.Single(notice.Lost!.Value));
        Assert.Contains("db2:3306 is the primary", notice.Says, StringComparison.Ordinal);
    }

    /// <summary>Whoever routes writes by the successor of a notice must not be sent to it.</summary>
    [Fact]
    public void An_end_whose_successor_was_lost_again_names_none()
    {
        var lost = Notices.Of(Begun.With(At(2, PlanStage.End("lost-again", new RecoveryOutcome.LostAgain(Db2, "is not seen any more")))))[^1];
        Assert.Equal(("lost-again", null, "db2:3306 was promoted and is lost again: it is not seen any more"), (lost.Outcome, lost.Successor, lost.Because));
    }

    [Fact]
    public void An_end_without_a_successor_says_why_and_what_would_change_it()
    {
        var given = Notices.Of(Begun.With(At(2, PlanStage.End("abandon", new RecoveryOutcome.Abandoned(new("too risky", "Recovery:AllowPossibleLoss"))))))[^1];
        Assert.Equal(("abandoned", "too risky", "Recovery:AllowPossibleLoss"), (given.Outcome, given.Because, given.Remedy));
        var back = Notices.Of((Begun with { Kind = PlanKinds.Takeover }).With(At(2, PlanStage.End("rolled-back", new RecoveryOutcome.RolledBack("too slow")))))[^1];
        Assert.Equal(("rolled-back", "too slow"), (back.Outcome, back.Because));
        Assert.Contains("the planned switch away from db1:3306 ended. Rolled back: too slow", back.Says, StringComparison.Ordinal);
        var fenced = Notices.Of((Begun with { Kind = PlanKinds.FenceFormerPrimary }).With(At(2, PlanStage.End("fenced", new RecoveryOutcome.Fenced(Seed.Subject)))))[^1];
        Assert.Equal("fenced", fenced.Outcome);
        Assert.Contains("the closing of the former primary db1:3306 ended", fenced.Says, StringComparison.Ordinal);
        var moved = Notices.Of((Begun with { Kind = PlanKinds.Relocate, Target = Db2 }).With(At(2, PlanStage.End("relocated", new RecoveryOutcome.Relocated(Seed.Subject, Db2, "")))))[^1];
        Assert.Equal("c-1: the move of db1:3306 below db2:3306 ended. db1:3306 follows db2:3306", moved.Says);
    }

    [Fact]
    public void What_was_given_up_at_once_ended_and_never_began() =>
        Assert.Equal(["r1/recovery-ended"], Notices.Of(Seed.With(At(0, PlanStage.End("abandon", new RecoveryOutcome.Abandoned(new("it lives")))))).Select(n => n.Id));

    [Fact]
    public void A_failure_that_was_held_says_why_and_each_reason_has_an_id_of_its_own()
    {
        var notice = Assert.Single(Notices.Of(Held("it flaps", "Recovery:BlockWindow")));
        Assert.Equal((NoticeType.FailureHeld, "held", "it flaps", "Recovery:BlockWindow"), (notice.Type, notice.Outcome, notice.Because, notice.Remedy));
        Assert.Contains("nothing is done about db1:3306 (DeadPrimary), because it flaps. To allow it: Recovery:BlockWindow", notice.Says, StringComparison.Ordinal);
        Assert.StartsWith("r1/failure-held/", notice.Id, StringComparison.Ordinal);
        Assert.Equal(notice.Id, Notices.Of(Held("it flaps", "Recovery:BlockWindow"))[0].Id);
        Assert.NotEqual(notice.Id, Notices.Of(Held("it is downtimed", "downtime"))[0].Id);
    }

    [Fact]
    public void A_later_version_of_a_record_tells_the_same_first()
    {
        var all = Notices.Of(Promoted);
        Recovery[] versions = [Begun, Asked, Promoted];
        for (var i = 0; i < versions.Length; i++) Assert.Equal(all.Take(i + 1), Notices.Of(versions[i]));
    }

    [Fact]
    public void A_record_that_was_stored_and_read_tells_the_same()
    {
        var read = JsonSerializer.Deserialize<Recovery>(JsonSerializer.Serialize(Promoted, CoreJson.Options), CoreJson.Options)!;
        Assert.Equal(Notices.Of(Promoted).Select(Body), Notices.Of(read).Select(Body));
    }

    [Fact]
    public void The_body_is_JSON_with_names_as_text_and_without_what_is_not_known()
    {
        using var body = JsonDocument.Parse(Body(Notices.Of(Promoted, "shop")[^1]));
        var json = body.RootElement;
        Assert.Equal(["recovery-ended", "r1/recovery-ended", "shop", "db1:3306", "db2:3306", "DeadPrimary", "promoted"],
            new[] { "type", "id", "alias", "subject", "successor", "code", "outcome" }.Select(n => json.GetProperty(n).GetString()));
        Assert.Equal(json.GetProperty("says").GetString(), json.GetProperty("text").GetString());
        Assert.False(json.TryGetProperty("setting", out _));
        Assert.False(json.TryGetProperty("candidate", out _));
    }

    private static string Body(Notice notice) => JsonSerializer.Serialize(notice, CoreJson.Options);

    private static Recovery Held(string because, string remedy) => Seed.With(At(0, PlanStage.End("held", new RecoveryOutcome.Held(new(because, remedy)))));

    private static CandidateChoice Choosing(InstanceKey candidate, string lost = "") => new(candidate, [], GtidSet.Empty, PossiblyLost: lost);

    private static StageRecord At(int seconds, PlanStage stage) => new(stage, 1, Seed.StartedAt.AddSeconds(seconds), []);
}
