using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Planning.Moving;

/// <summary>
/// Before a server is pointed elsewhere it stands still and applies what it received, where that must not be forgotten
/// (<see cref="UnappliedTransactions"/>): on its way there, and on its way back.
/// </summary>
/// <param name="Where">The link that is moved.</param>
internal sealed record Standstill(Recovery Recovery, StepTarget Where)
{
    private const string Stand = "stand-still", Drain = "drain";

    /// <summary>This move has told the receiver to stop, on either way.</summary>
    public bool WasTried => Tried(Stand, isBack: false) || Tried(Stand, isBack: true);

    /// <summary>What is said of a server that is lost meanwhile; empty when its receiver was not stopped.</summary>
    public string Remark => WasTried ? $"; its receiver was stopped for the move: start it on {Where}" : "";

    /// <summary>The stage that is still to come before it may be pointed elsewhere; null when there is none.</summary>
    /// <param name="link">The link that is moved; null when the server follows nobody.</param>
    /// <param name="source">The server it is to follow; null when that is not known.</param>
    /// <param name="back">Why it goes back; null on its way there.</param>
    public PlanStage? Next(Instance replica, ReplicationLink? link, Instance? source, string? back = null)
    {
        if (link is null || !UnappliedTransactions.MustBeEmpty(replica, link, source)) return null;
        var why = SemiSyncRule.Acknowledges(replica)
            ? "acknowledges commits: what it has acknowledged must not be forgotten"
            : UnappliedTransactions.WhyNotDiscard(replica, link, source)!.Because;
        if (link.Receiver != ReplicationThread.Stopped && !Tried(Stand, back is not null))
            return Stage(Stand, back ?? $"{replica.Key} {why}", back is not null,
                new StopReceiving(Where) { TakesTheRest = true },
                "nothing more arrives that would have to be applied first");
        if (UnappliedTransactions.IsApplied(replica, link) == true || Tried(Drain, back is not null)) return null;
        return Stage(Drain, back ?? $"{replica.Key} has not applied all it received", back is not null,
            WaitUntilApplied.For(Where, UnappliedTransactions.Applied(replica, link)),
            "somebody may count on what it acknowledged");
    }

    private bool Tried(string stage, bool isBack) =>
        Recovery.Stages.Any(s => !s.WasNotBegun && s.Stage.Name == stage && s.Stage.GoesBack == isBack);

    private PlanStage Stage(string name, string because, bool isBack, PlanStep step, string purpose) =>
        new(name, because, [new(step, Tolerance.Must, Recovery.Policy.StepTimeout, purpose)]) { GoesBack = isBack };
}
