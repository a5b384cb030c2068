using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Changing;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Faults;
using OrchestratorFunctions.Simulation.Processes;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>
/// S19: what a person stopped long before a recovery began stays so, whatever becomes of the recovery. An applier is
/// started only on a candidate in whose place nobody can be taken, a receiver only on a candidate that fetches what it
/// lacks, or where an operator has a server moved.
/// </summary>
internal sealed class ByHandRules(World world, Judge judge)
{
    /// <summary>Longer than the oldest look at a server that is well.</summary>
    private static readonly long Knowable = Ticks.Of(Known);

    private const double Known = 3;

    /// <summary>Accounts are asked for every half minute.</summary>
    private const double AccountsAskedFor = 35;

    public void Sending(RunningRecovery run, PlanStep step)
    {
        var server = world.ServerOf(step.Target.Key);
        var since = judge.TraceOf(run.Recovery.Id).BeganAt - Knowable;
        if (StartsApplier(step) && !IsRestart(run.Recovery) && server.Replica.ApplierStoppedByHandAt < since
            && !MayBeOurs(server) && !IsNeeded(run, server))
            judge.Report("S19", $"'{step.Says}' starts the applier of {server.Name}, which a person stopped");
        if (StartsReceiver(step) && IsNoWish(run.Recovery, server) && server.Replica.ReceiverStoppedByHandAt < since && !MayBeStopped(run.Recovery, server))
            judge.Report("S19", $"'{step.Says}' starts the receiver of {server.Name}, which a person stopped");
    }

    // Another person wants both threads to run.
    private static bool IsRestart(Recovery recovery) =>
        recovery.Kind == ChangeKinds.RestartReplication && !recovery.Stages[^1].Stage.GoesBack;

    // A stage that stops both threads was stored, and nobody knows whether it was sent.
    private bool MayBeOurs(ModelServer server) =>
        world.Store.Ledger.Of(server.Key).Any(e => e is LedgerEntry.Stopped { StopsApplier: true });

    // When this began it did not tell whom it follows, and nobody knows whether it was stopped.
    private bool MayBeStopped(Recovery recovery, ModelServer server) =>
        server.TellsLinksSince > judge.TraceOf(recovery.Id).BeganAt
        && world.Store.Ledger.Of(server.Key).Any(e => e is LedgerEntry.Stopped);

    // A move goes where a person wants it, and a restart starts what a person wants to run.
    private static bool IsNoWish(Recovery recovery, ModelServer server) => AskedChanges.Kinds.Contains(recovery.Kind)
        ? recovery.Stages[^1].Stage.GoesBack
        : recovery.Choice?.Candidate != server.Key;

    private static bool StartsReceiver(PlanStep step) => step switch
    {
        PointTo to => StartReplication.OfReceivers(to.Threads),
        StartReplication start => StartReplication.OfReceivers(start.Threads),
        _ => false,
    };

    private static bool StartsApplier(PlanStep step) => step switch
    {
        PointTo to => StartReplication.OfAppliers(to.Threads),
        StartReplication start => StartReplication.OfAppliers(start.Threads),
        _ => step is WaitUntilApplied,
    };

    // It is the candidate, and each other one that was not refused lacks something, is wished less, or would not be
    // followed.
    private bool IsNeeded(RunningRecovery run, ModelServer server)
    {
        var recovery = run.Recovery;
        if (recovery.Kind != PlanKinds.DeadPrimary) return false;
        if (recovery.Choice is not { } choice) return IsNeededToCompare(run, server);
        return choice.Candidate == server.Key && choice.Judgements.Where(j => j is { IsRefused: false } && j.Key != server.Key)
            .All(j => !IsAsGood(world.ServerOf(j.Key), server));
    }

    // MariaDB: its receiver could not be stopped without, and what still receives is not compared. Nobody else is as good,
    // or one acknowledgement that is not looked at may be the only one of a commit (W = 1, R + W <= N). Who cannot be
    // seen from there is nobody to be promoted.
    private bool IsNeededToCompare(RunningRecovery run, ModelServer server)
    {
        var (recovery, old, place) = (run.Recovery, world.ServerOf(run.Recovery.Subject), run.Process.Place);
        if (!server.Flavour.ForgetsWhileBothStandStill || server.Replica.Source != old) return false;
        if (old.Source.IsSemiSync && server.Replica.Acknowledges && !recovery.Policy.AllowPossibleLoss) return true;
        return world.Servers.Where(s => s != server && s.Replica.Source == old && MayBePromoted(s))
            .Where(s => judge.CouldBeSeen(s, place, Known)).All(s => !IsAsGood(s, server));
    }

    private bool MayBePromoted(ModelServer server) => server.TellsLinksSince < world.Now - Knowable
        && server is { IsRunning: true, Unanswered: InstanceParts.None, Other: null, Shape: { LogsReplicaUpdates: true, DelaySeconds: 0 }, Admission.Missing.All.Length: 0 }
        && Rule(server) != PromotionRule.MustNot && !world.Transactions.Exists(t => t.IsErrant && t.Origin == server.Index);

    private bool IsAsGood(ModelServer other, ModelServer server) =>
        Rule(other) <= Rule(server) && other.Replica.ApplierStoppedByHandAt == long.MaxValue
        && other.Admission.HasAccountSince < world.Now - Ticks.Of(AccountsAskedFor) && HasAllOf(server, other);

    private static bool HasAllOf(ModelServer server, ModelServer other) =>
        server.BinaryLog.Concat(server.Replica.Unapplied).All(t => other.Logged.Has(t) || other.Replica.Unapplied.Contains(t));

    private PromotionRule Rule(ModelServer server) => world.Store.RuleOf(server);
}
