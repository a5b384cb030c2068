using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Switching;

/// <summary>
/// How many acknowledgements the successor waits for: never more than there are replicas that are seen, connected to it
/// and acknowledging, because a writer that waits for more accepts no commit (L3). The count is raised when the others
/// have followed.
/// </summary>
internal sealed record SuccessorRole(Recovery Recovery, Topology Topology, Member Old)
{
    private const string Arrive = "arrive", Settle = "settle";

    private RecoveryPolicy Policy => Recovery.Policy;

    /// <summary>
    /// What the old primary promised before this plan changed anything; null when it promised nothing.
    /// </summary>
    public SemiSyncRule? Rule =>
        Recovery.Stages.Select(s => s.Stage.Rule).OfType<SemiSyncRule>().FirstOrDefault() ?? SemiSyncRule.Of(Old);

    /// <summary>The successor's role as things stand; null when it has it, or takes none.</summary>
    public PlannedStep? Step(Member successor)
    {
        var ackers = Connected(successor).Count();
        return Rule?.ForNewWriter(successor, ackers) is { } role
            ? new(role, Tolerance.Must, Policy.StepTimeout, Rule.Reason(ackers))
            : null;
    }

    /// <summary>When everybody has followed: what is left to do; null when there is nothing.</summary>
    public PlanStage? Next(Member successor)
    {
        if (Rule is not { } rule || !successor.IsSeen) return null;
        Member[] coming = [.. Following(successor).Except(Connected(successor))];
        if (Connected(successor).Count() < rule.WaitFor && coming.Length > 0 && Recovery.Last(Arrive) is null)
            return new PlanStage(Arrive, $"{successor.Key} can wait for those only that are connected to it",
                [.. coming.Select(m => Wait(m, successor))]);
        return Step(successor) is { } role && Recovery.Times(Settle) < Policy.Attempts
            ? new PlanStage(
                Settle, $"connected to {successor.Key} and acknowledging: {Connected(successor).Count()}",
                [role with { Tolerance = Tolerance.BestEffort }])
            : null;
    }

    private IEnumerable<Member> Following(Member successor) =>
        Topology.ReplicasOf(successor.Key).Where(r => SemiSyncRule.Acknowledges(r.Current));

    private IEnumerable<Member> Connected(Member successor) => Following(successor)
        .Where(r => Topology.LinkBetween(r, successor.Key) is { Receiver: ReplicationThread.Running });

    private PlannedStep Wait(Member member, Member successor) => new(
        new WaitUntilReceiving(LinkTarget.Of(Topology, member, successor.Key), successor.Key),
        Tolerance.BestEffort, Policy.StepTimeout, "it acknowledges once it is connected");
}
