using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Repairing;

/// <summary>
/// How a server that a recovery left behind comes to follow the primary (L2): it is closed where it accepts writes,
/// told its semi-sync role where it had none as a replica, and pointed there. Nothing it has and the primary lacks is
/// given up.
/// </summary>
internal sealed record LeftBehind(Recovery Recovery, Topology Topology, Member Subject)
{
    public const string Follow = "follow";

    private const string Close = "close", Prepare = "prepare";

    private Member Primary => Topology.Primary!;

    private Instance Now => Subject.Current!;

    // One from outside of the cluster is somebody else's, be it the only one (S12).
    private ReplicationLink? Link => Topology.FollowsNobody(Now)
        ? null
        : LinkTarget.Meant(Topology, Subject) ?? Now.Links.First(l => Topology.SourceOf(l) is not null);

    public PlanStage Next()
    {
        if (WhyNot is { } refusal) return PlanStage.Abandon(refusal);
        if (new[] { Close, Prepare, Follow }.FirstOrDefault(IsInVain) is { } stage)
            return PlanStage.Abandon(InVain(stage));
        if (Now.AcceptsWrites)
            return Stage(Close, "a replica accepts no writes", new SetReadOnly(Subject.Key));
        if (Role is { } role) return Stage(Prepare, "its receiver asks for it when it connects", role);
        var point = new PointTo(Target, Primary.Key)
        {
            Threads = ThreadsAsTheyWere.Threads(Recovery, Topology, Subject.Key, Link),
        };
        return Stage(Follow, "every surviving replica follows the primary", point);
    }

    // What it received from there and the primary lacks, the primary never gets.
    private Member? Former => Link is { } link ? Topology.SourceOf(link) : null;

    private StepTarget Target => Link is { } link
        ? LinkTarget.Of(Subject, link)
        : LinkTarget.Beside(Topology, Subject, Primary.Key);

    private Refusal? WhyNot
    {
        get
        {
            if (Link is null && !Recovery.Policy.HasReplicationAccount)
                return new(
                    $"{Subject.Key} has no link, and no replication account is configured", "MySql:ReplicationUser");
            var discarded = Link is { } link ? UnappliedTransactions.WhyNotDiscard(Now, link, Primary.Current) : null;
            var refused = CanFollow.WhyNot(Topology, AsReplica, Primary, Former?.Key).FirstOrDefault();
            return (discarded ?? refused) is { } why
                ? WithHanging(why with { Because = $"{Subject.Key} {why.Because}" })
                : null;
        }
    }

    // Whoever reads why this one does not follow learns what that costs, and the other way out (L3).
    private Refusal WithHanging(Refusal why)
    {
        if (SemiSyncRule.Of(Primary) is not { IsKept: true } rule) return why;
        if (GivenAcknowledgements.Remark(Topology, Primary, rule) is not { Length: > 0 } remark) return why;
        return new(
            $"{why.Because}; on {Primary.Key} {remark}",
            $"{why.Remedy}; or fewer acknowledgements on {Primary.Key} (rpl_semi_sync_source_wait_for_replica_count)");
    }

    // Of a primary that is away the newest look is old: what was cut from it is ahead of that as every replica is.
    private Member AsReplica => Primary.IsSeen || Link is not null
        ? Subject
        : Subject with { Outcome = Subject.Outcome.With(i => i with { Links = i.Links.Add(Cut(Primary.Key)) }) };

    private static ReplicationLink Cut(InstanceKey source) => new()
    {
        Source = source, Receiver = ReplicationThread.Stopped, Applier = ReplicationThread.Stopped,
    };

    // What was cut loose was to be a primary, and may wait as one, or acknowledge no more.
    private SetSemiSync? Role
    {
        get
        {
            if (Link is not null || !Now.SemiSync.Available) return null;
            var role = SemiSyncRule.ForReplica(Subject.Key, Primary);
            return role.IsSatisfiedBy(Now) ? null : role;
        }
    }

    // L7: what the server answered says what it takes.
    private Refusal InVain(string stage)
    {
        var because = $"{Subject.Key} could not be made to follow {Primary.Key}: {stage} failed";
        return Recovery.Last(stage)!.FailedSteps.LastOrDefault() is { Result.Says: { Length: > 0 } says } failed
            ? new($"{because}: {says}", $"what {Subject.Key} asks for; or by hand: {failed.Step.Step.Says}")
            : new(because);
    }

    private bool IsInVain(string stage) => Recovery.Times(stage) >= Recovery.Policy.Attempts;

    private PlanStage Stage(string name, string because, PlanStep step) => new(
        name, $"{Subject.Key} was left behind by a recovery, and {Primary.Key} is the primary",
        [new(step, Tolerance.Must, Recovery.Policy.StepTimeout, because)]);
}
