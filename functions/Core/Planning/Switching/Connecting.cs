using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Switching;

/// <summary>
/// Waits for what a switch told to follow the successor: told to connect, a server says yes before it has tried. Each
/// wait is done once, at most for the time of one step.
/// </summary>
internal sealed record Connecting(Recovery Recovery, Topology Topology)
{
    private const string Before = "connect", After = "confirm";

    /// <summary>
    /// Before writes are blocked: whoever was pointed must receive, or the switch goes back. Null when they do.
    /// </summary>
    public PlanStage? BeforeFreeze(Member successor)
    {
        if (Recovery.Last(Before) is not null) return null;
        var waits = Topology.ReplicasOf(successor.Key).Where(m => WasPointed(m, successor))
            .Select(m => Wait(m, successor, Tolerance.Must)).Where(w => !w.Step.IsSatisfiedBy(Topology));
        var isClosed = Topology[Recovery.Subject]?.Current is { ReadOnly: true };
        var what = isClosed ? "the switch goes on" : "writes are blocked";
        return Stage(Before, $"{what} only when its siblings receive from the successor", waits);
    }

    /// <summary>
    /// After the successor was opened: what is said of those that follow it is what is seen then. Null when each of
    /// them has connected, or has said why it cannot.
    /// </summary>
    public PlanStage? AfterOpening(IEnumerable<Member> followers, Member successor)
    {
        if (Recovery.Last(After) is not null) return null;
        var waits = followers.Where(m => m.IsSeen && IsUnderWay(m, successor))
            .Select(m => Wait(m, successor, Tolerance.BestEffort));
        return Stage(After, $"what was told to follow {successor.Key} may not be connected yet", waits);
    }

    private bool IsUnderWay(Member member, Member successor) =>
        Topology.LinkBetween(member, successor.Key) is { } link && Connection.IsUnderWay(link);

    private bool WasPointed(Member member, Member successor) => member.IsSeen
        && Recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).OfType<PointTo>()
            .Any(to => to.Target.Key == member.Key && to.Source == successor.Key);

    private PlannedStep Wait(Member member, Member successor, Tolerance tolerance) => new(
        new WaitUntilReceiving(LinkTarget.Of(Topology, member, successor.Key), successor.Key),
        tolerance, Recovery.Policy.StepTimeout, "it follows when it is seen to receive");

    private static PlanStage? Stage(string name, string because, IEnumerable<PlannedStep> waits)
    {
        ImmutableArray<PlannedStep> steps = [.. waits];
        return steps.IsEmpty ? null : new(name, because, steps);
    }
}
