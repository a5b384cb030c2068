using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Simulation.Processes;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>What must be true when a recovery has ended: S11, S20.</summary>
internal sealed class EndingRules(World world, Judge judge)
{
    /// <summary>Two looks of a second each, and their way.</summary>
    private static readonly long Knowable = Ticks.Of(Known);

    private const double Known = 3;

    /// <summary>S20: no success is planned whose successor has accepted no writes for as long as looks take.</summary>
    public void Ends(RunningRecovery run, Recovery recovery)
    {
        if (recovery.Outcome is not RecoveryOutcome.Promoted promoted) return;
        var (successor, since) = (world.ServerOf(promoted.Key), world.Now - Knowable);
        Following(run, promoted, since);
        if (successor.ClosedSince > since || run.Process.PausedUntil > since) return;
        judge.Report("S20", $"{recovery.Id} ends with {promoted.Key.Host} as the primary, which accepts no writes for {Knowable / Ticks.Second} s");
    }

    // S20: who is turned away by the new primary does not follow it, and the record says so. L3: the new primary waits for
    // no acknowledgement that nobody gives, unless the record says so.
    private void Following(RunningRecovery run, RecoveryOutcome.Promoted promoted, long since)
    {
        var (successor, from) = (world.ServerOf(promoted.Key), run.Process.Place);
        if (run.Process.PausedUntil > since || !judge.CouldBeSeen(successor, from, Known)) return;
        var away = world.Servers.Where(s => s.Replica is { Receiver: ReplicationThread.Connecting } replica
            && replica.Source == successor && IsTurnedAway(replica, since) && s.TellsLinksSince < since
            && judge.CouldBeSeen(s, from, Known));
        if (away.FirstOrDefault(s => promoted.Lost.All(l => l.Key != s.Key)) is { } unsaid)
            judge.Report("S20", $"{successor.Name} turns {unsaid.Name} away with error {unsaid.Replica.ReceiverError}, and the record does not say so");
        var source = successor.Source;
        if (source.IsSemiSync && promoted.Remark.Length == 0 && source.Clients < source.WaitFor && source.NobodyLeftSince(since))
            judge.Report("L3", $"{successor.Name} waits for {source.WaitFor} acknowledgements, has had {source.Clients} replicas to give them, and the record does not say so");
    }

    /// <summary>It was not seen to receive: one that was never let in, however soon it is asked.</summary>
    public static bool IsTurnedAway(ReplicaSide replica, long since) =>
        replica.TurnedAwaySince < since || replica is { HasConnected: false, TurnedAwaySince: not long.MaxValue };

    /// <param name="from">
    /// Where the process stands that ended it. Another one may have sent its last step: it had lost its lease and did not
    /// know yet.
    /// </param>
    public void Ended(Recovery recovery, int from)
    {
        var trace = judge.TraceOf(recovery.Id);
        Named(recovery, trace);
        if (recovery.Kind != PlanKinds.Takeover || judge.ByHandAt >= 0) return;
        if (!trace.HasSent) return;
        Check(recovery, trace, from, "");
        var recoveries = world.RecoveryCount;
        // A freeze that takes effect late would close it again.
        world.Queue.At(world.Now + Ticks.Of(3), () =>
        {
            // So would a step of one whose lease was taken from it.
            if (world.RecoveryCount == recoveries && judge.ByHandAt < 0 && judge.StolenFromAt < trace.EndedAt) Check(recovery, trace, from, " 3 s later");
        });
    }

    private void Named(Recovery recovery, RecoveryTrace trace)
    {
        if (trace.Unnamed is not { } what || recovery.Outcome is not RecoveryOutcome.Promoted promoted) return;
        string[] names = ["may be lost", "did not have when it was chosen"];
        if (!names.Any(n => promoted.Remark.Contains(n, StringComparison.Ordinal)))
            judge.Report("S20", $"{what}, and the end of the record names no possible loss: {promoted.Says}");
    }

    private void Check(Recovery recovery, RecoveryTrace trace, int from, string when)
    {
        var (old, since) = (world.ServerOf(recovery.Subject), world.Now - Knowable);
        var seconds = (world.Now - trace.BeganAt) / (double)Ticks.Second;
        // A server that was lost, or a way back that was cut, excuses.
        if (!judge.CouldBeSeen(old, from, seconds + 1, slowest: 0.8)) return;
        // One that does not tell whom it follows may be a writer: beside it the old primary stays closed (S1).
        var hasWriter = world.Servers.Any(s => s.AcceptsWrites && (s.Replica.Source is null || s.TellsLinksSince > since));
        switch (recovery.Outcome)
        {
            // One that was found closed is left so.
            case RecoveryOutcome.RolledBack when recovery.HasClosed && !old.AcceptsWrites:
                judge.Report("S11", $"the switch was rolled back, and {old.Name} does not accept writes{when}");
                break;
            case RecoveryOutcome.Abandoned when recovery.HasClosed && !hasWriter && IsThere(recovery, from, seconds):
                judge.Report("S11", $"the switch was given up after the freeze, {old.Name} lives, and no server accepts writes{when}");
                break;
            case RecoveryOutcome.Promoted promoted when world.ServerOf(promoted.Key) is { AcceptsWrites: false } successor
                && judge.CouldBeSeen(successor, from, seconds + 1):
                judge.Report("S11", $"the switch ended, and {promoted.Key.Host} does not accept writes{when}");
                break;
        }
    }

    private bool IsThere(Recovery recovery, int from, double seconds) => recovery.Choice is not { } choice
        || judge.CouldBeSeen(world.ServerOf(choice.Candidate), from, seconds + 1, slowest: 0.8);
}
