using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>The stages that changes of replication have in common.</summary>
internal static class ThreadStages
{
    private const string Asked = "an operator asked for it";

    /// <summary>Stops threads, and remembers which of them ran.</summary>
    public static PlanStage Stop(ChangeView view, ReplicationThreads threads, string because) =>
        view.Stage("stop", because, (new StopReplication(view.Where)
        {
            Threads = threads, Before = StartReplication.Running(view.Link),
        }, Asked));

    /// <summary>Starts both threads, and sees that the receiver reaches its source.</summary>
    public static IEnumerable<PlanStage> Start(ChangeView view)
    {
        if (view.Link is not { } link) yield break;
        yield return view.Stage("start", $"{view.Key} is to replicate", (new StartReplication(view.Where), Asked));
        yield return Arrive(view, link);
    }

    /// <summary>Starts the threads that ran before.</summary>
    public static IEnumerable<PlanStage> StartAgain(ChangeView view)
    {
        var again = Again(view);
        yield return view.Stage("start", $"{view.Key} goes on as before", (again, "it did so before"));
        if (view.Link is { } link && StartReplication.OfReceivers(again.Threads)) yield return Arrive(view, link);
    }

    /// <summary>What starts the threads that ran before this plan stopped them.</summary>
    public static StartReplication Again(ChangeView view) => new(view.Where) { Threads = Before(view) };

    /// <summary>Stands still, and applies what it has received.</summary>
    public static IEnumerable<PlanStage> Drain(ChangeView view, string because)
    {
        if (view.Link is not { } link) yield break;
        var (receives, applies) =
            (link.Receiver != ReplicationThread.Stopped, link.Applier == ReplicationThread.Running);
        yield return view.Stage("stand-still", because,
            (new StopReceiving(view.Where) { WasReceiving = receives, WasApplying = applies, TakesTheRest = true },
                "nothing more arrives that would have to be applied first"));
        if (UnappliedTransactions.IsApplied(view.Now, link) != true)
            yield return view.Stage("drain", $"{view.Key} has not applied all it received",
                (WaitUntilApplied.For(view.Where, UnappliedTransactions.Applied(view.Now, link)), because));
    }

    /// <summary>MariaDB throws the relay log away when it starts: what its source lacks would be lost (S6).</summary>
    public static IEnumerable<Refusal> OfForgotten(ChangeView view) =>
        view.Now.Version.Flavor == ServerFlavor.MariaDb ? LinkRefusal.OfUnapplied(view) : [];

    /// <summary>Both threads stand still: what is seen of what it received does not change any more.</summary>
    public static bool IsStill(ChangeView view) => view.Link is
    {
        Receiver: ReplicationThread.Stopped, Applier: ReplicationThread.Stopped, IsDetached: false,
    };

    /// <summary>The same where what it received must not be forgotten; else nothing.</summary>
    public static IEnumerable<PlanStage> DrainWhereNeeded(ChangeView view, ReplicationLink link) =>
        UnappliedTransactions.MustBeEmpty(view.Now, link, view.Source?.Current)
            ? Drain(view, "what it received must not be forgotten")
            : [];

    private static PlanStage Arrive(ChangeView view, ReplicationLink link) => view.Stage(
        "arrive", $"{view.Key} was told to replicate; that it does shows when it receives",
        (new WaitUntilReceiving(view.Where, link.Source), "told to start it says yes before it has tried"));

    private static ReplicationThreads Before(ChangeView view) =>
        view.Recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step)
            .FirstOrDefault(s => s is StopReplication or StopReceiving) switch
        {
            StopReplication stop => stop.Before,
            StopReceiving stop => Of(stop.WasReceiving, stop.WasApplying),
            _ => StartReplication.Running(view.Link),
        };

    private static ReplicationThreads Of(bool receives, bool applies) => (receives, applies) switch
    {
        (true, true) => ReplicationThreads.Both,
        (true, false) => ReplicationThreads.Receiver,
        (false, true) => ReplicationThreads.Applier,
        _ => ReplicationThreads.Neither,
    };

    /// <summary>An applier that does not run though it was started; null when it does.</summary>
    public static string? Trouble(ChangeView view) => view.Link is { Applier: ReplicationThread.Stopped } link
        ? $"{view.Key} does not apply: error {link.ApplierErrorNumber} {link.ApplierError}".TrimEnd()
        : null;
}

/// <summary>Starts the replication of a server (orchestrator's <c>start-replica</c>).</summary>
internal sealed class StartsReplication : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) =>
    [
        .. LinkRefusal.Of(view), .. LinkRefusal.OfDetached(view),
        .. view.Link is { Applier: ReplicationThread.Stopped } ? ThreadStages.OfForgotten(view) : [],
    ];

    public override IEnumerable<PlanStage> Stages(ChangeView view) => ThreadStages.Start(view);

    public override string? Trouble(ChangeView view) => ThreadStages.Trouble(view);

    public override string Says(ChangeView view) => $"{view.Key} replicates from {view.Link?.Source}";
}

/// <summary>
/// Stops the replication of a server, at once or when it has applied what it received (orchestrator's
/// <c>stop-replica</c>, <c>stop-replica-nice</c>).
/// </summary>
internal sealed class StopsReplication : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) =>
    [
        .. LinkRefusal.Of(view), .. LinkRefusal.OfAcknowledgements(view),
        .. view.Details.AppliesFirst ? LinkRefusal.OfApplier(view, ", or a stop without applying first") : [],
    ];

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        var stop = ThreadStages.Stop(view, ReplicationThreads.Both, $"{view.Key} is to stand still");
        return view.Details.AppliesFirst
            ? ThreadStages.Drain(view, $"{view.Key} is to apply what it received before it stops").Append(stop)
            : [stop];
    }

    public override IEnumerable<PlanStep> Back(ChangeView view) => [ThreadStages.Again(view)];

    public override string Says(ChangeView view) =>
        view.Details.AppliesFirst && view.Link is { } link && UnappliedTransactions.IsApplied(view.Now, link) == true
            ? $"{view.Key} does not replicate any more, and has applied all it received"
            : $"{view.Key} does not replicate any more";
}

/// <summary>Stops and starts the replication of a server (orchestrator's <c>restart-replica</c>).</summary>
internal sealed class RestartsReplication : ServerChange
{
    public override IEnumerable<Refusal> WhyNot(ChangeView view) =>
        [.. LinkRefusal.Of(view), .. LinkRefusal.OfDetached(view), .. ThreadStages.OfForgotten(view)];

    public override IEnumerable<Refusal> WhyNotGoOn(ChangeView view) => ThreadStages.OfForgotten(view);

    public override IEnumerable<PlanStage> Stages(ChangeView view) =>
        [ThreadStages.Stop(view, ReplicationThreads.Both, $"{view.Key} is to start anew"), .. ThreadStages.Start(view)];

    public override IEnumerable<PlanStep> Back(ChangeView view) => [ThreadStages.Again(view)];

    public override string? Trouble(ChangeView view) => ThreadStages.Trouble(view);

    public override string Says(ChangeView view) => $"{view.Key} replicates from {view.Link?.Source} anew";
}
