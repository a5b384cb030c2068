using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>
/// Lets a server log in at its source with the configured replication account (orchestrator's
/// <c>change-master-credentials</c>). What it used before is not known here, so it cannot be put back.
/// </summary>
internal sealed class ChangesAccount : ServerChange
{
    private const string Tell = "tell-account";

    public override IEnumerable<Refusal> WhyNot(ChangeView view) =>
    [
        .. LinkRefusal.Of(view), .. LinkRefusal.OfDetached(view), .. OfNone(view),
        .. KeepsRelayLog(view) ? [] : LinkRefusal.OfUnapplied(view),
    ];

    public override IEnumerable<Refusal> WhyNotGoOn(ChangeView view) =>
        ThreadStages.IsStill(view) && !WasTold(view) ? LinkRefusal.OfUnapplied(view) : [];

    private static IEnumerable<Refusal> OfNone(ChangeView view)
    {
        if (!view.Recovery.Policy.HasReplicationAccount)
            yield return new("no replication account is configured", "MySql:ReplicationUser");
        else if (view.Source?.Current is { ReplicationAccount.IsUseless: true } source)
            yield return new(
                $"the configured account cannot replicate from {source.Key}",
                $"the account of MySql:ReplicationUser on {source.Key}, with REPLICATION SLAVE");
    }

    // The relay log is kept while one of the threads runs (manual, "CHANGE REPLICATION SOURCE TO"); on MariaDB both
    // have to stand still.
    private static bool KeepsRelayLog(ChangeView view) => view.Now.Version.Flavor != ServerFlavor.MariaDb
        && view.Link is { Applier: ReplicationThread.Running };

    public override IEnumerable<PlanStage> Stages(ChangeView view)
    {
        if (view.Link is null) return [];
        var threads = KeepsRelayLog(view) ? ReplicationThreads.Receiver : ReplicationThreads.Both;
        return
        [
            ThreadStages.Stop(view, threads, $"{view.Key} is to log in with another account"),
            view.Stage(Tell, $"{view.Key} does not receive; what it logged in with is not known here and not put back",
                (new SetReplicationAccount(view.Where), "an operator asked for it")),
            .. ThreadStages.StartAgain(view),
        ];
    }

    public override IEnumerable<PlanStep> Back(ChangeView view) => [ThreadStages.Again(view)];

    private static bool WasTold(ChangeView view) => view.Recovery.Last(Tell) is not null;

    public override string Kept(ChangeView view) => WasTold(view)
        ? $"{view.Key} may have the configured account now, and what it logged in with before is not known here"
        : "";

    public override string Says(ChangeView view) => view.Link is { Receiver: ReplicationThread.Running } link
        ? $"{view.Key} receives from {link.Source} with the configured account"
        : $"{view.Key} was told the configured account; whether it is let in shows when it is started";
}
