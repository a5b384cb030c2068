using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// The part of the machine that runs a hook at most once (S15). A stage that is stored may not have been begun, and
/// what a server was told can be seen; of a hook nothing is seen. So it is stored that it is about to be run, by whom
/// it is run, and who finds that and no result does not run it.
/// </summary>
internal static class HookRuns
{
    public const string Unknown = "taken up again: a process that is gone had begun this hook, and what came of it is "
        + "not known, so it is not run again";

    /// <summary>Whether the newest stage runs a hook, and nobody has stored yet that it is about to be run.</summary>
    public static bool IsToBeClaimed(RecoveryRun run) => run.Newest is { Stage.Hook: not null, BegunAt: null };

    /// <summary>Stores that the hook is about to be run; it is run when that is stored.</summary>
    public static Turn Claim(RecoveryRun run, Moment now)
    {
        var claimed = run.Recovery.WithLast(run.Newest with { BegunAt = now.Wall });
        // It is no stage more.
        var saving = run with { Recovery = claimed, Phase = RunPhase.Saving, StagesLeft = run.StagesLeft + 1 };
        // Nobody can have run it before this is stored.
        saving = saving with { IsNewestUnsent = true, Unsaved = null };
        return StandingFences.Ask(saving, new RecoveryCommand.Save(claimed, Ledger: null), now);
    }

    /// <summary>
    /// Servers that are looked at beside a hook, which may take minutes: former primaries, which have to be closed when
    /// they are opened, and who took the primary's place.
    /// </summary>
    public static IEnumerable<InstanceKey> LookedAtBeside(RecoveryRun run)
    {
        if (run.Newest.Stage.Hook is not { } hook) return [];
        var former = run.Topology.Members.Where(m => m.IsFormerPrimary).Select(m => m.Key);
        return hook is { IsBefore: false, Successor: { } successor } ? former.Append(successor) : former;
    }

    /// <summary>
    /// Whether the newest stage keeps the next failover waiting: a hook runs at the end of the plan, and the server
    /// that took the primary's place does not answer any more.
    /// </summary>
    public static bool KeepsWaiting(RecoveryRun run, RecoveryEvent.Looked look) =>
        run.Newest.Stage.Hook is { IsBefore: false } hook && hook.Successor == look.Key
        && look.Outcome is ProbeOutcome.Failed { ShowsLife: false };
}
