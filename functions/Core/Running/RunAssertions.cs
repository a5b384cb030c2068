using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Running;

/// <summary>
/// What must be true of every step at the moment the machine asks for it, whatever planner and guard have answered.
/// These are assertions: they hold as long as this program has no mistake, they are asked in production too, and one
/// that fails ends the recovery before the step is sent. Whether the lease lasts is asked when it is sent
/// (<see cref="Stepping.StepMachine"/>).
/// </summary>
public static class RunAssertions
{
    /// <summary>The first assertion that does not hold, as a sentence with its number; null when all hold.</summary>
    public static string? FirstFailed(RecoveryRun run, ImmutableArray<RecoveryCommand> commands, Moment now)
    {
        ArgumentNullException.ThrowIfNull(run);
        foreach (var command in commands)
            if (command is RecoveryCommand.RunStep send && Failed(run, send, now) is { } failed)
                return $"{failed} ({send.Planned.Step.Says})";
        return null;
    }

    private static string? Failed(RecoveryRun run, RecoveryCommand.RunStep send, Moment now)
    {
        if (run.Recovery.Stages.Any(s => s.Epoch > now.Epoch))
            return "S2: a step would be sent under an older lease than the record was written under";
        if (run.Phase == RunPhase.Saving && send.Stage == run.StageNumber)
            return "S13: a step would be sent before its stage is stored";
        if (send.Planned.Step is RunHook && run.Newest.BegunAt is null)
            return "S15: a hook would be run before it is stored that it is";
        return send.Planned.Step is SetWritable ? FailedOpening(run, send) : null;
    }

    private static string? FailedOpening(RecoveryRun run, RecoveryCommand.RunStep send)
    {
        var (opened, subject) = (send.Planned.Step.Target.Key, run.Recovery.Subject);
        if (StageGuard.WriterBeside(send.Topology, [opened]) is { } writer)
            return $"S1: a server would be opened though {writer.Key} is seen to accept writes";
        if (opened != subject && send.Beside.All(w => w.Key != subject))
            return $"S18: a server would be opened without a look at {subject}";
        var isOwed = opened != subject || !run.Recovery.Kind.IsAboutPrimary;
        return isOwed && !IsWrittenDown(run, opened)
            ? "S21: a server would be opened, and the ledger does not say that it may be open"
            : null;
    }

    private static bool IsWrittenDown(RecoveryRun run, InstanceKey opened) =>
        run.Kept.Of(opened).Any(e => e is LedgerEntry.MaybeOpen or LedgerEntry.Writer);
}
