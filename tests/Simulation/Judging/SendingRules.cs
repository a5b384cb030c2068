using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Processes;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>What must be true at the moment a statement is sent: S2, S3, S8, S18.</summary>
internal sealed class SendingRules(World world, Judge judge)
{
    /// <summary>Longer than a silence that is confirmed and a look.</summary>
    private const double HeardFor = 4;

    /// <summary>A verdict holds for a second, and the looks that it stands on may be as old.</summary>
    private const double Knowable = 2.2;

    private static readonly TimeSpan Young = TimeSpan.FromSeconds(1);

    // A lease that is taken from its holder is no lease: whoever did it answers for what follows, until it is noticed.
    private bool IsStolen => judge.LeaseStolenAt >= 0 && world.Now - judge.LeaseStolenAt < Ticks.Of(8);

    /// <summary>S3: no two processes run recoveries of one cluster while both believe to hold its lease.</summary>
    public void OneAtATime(RunningRecovery run)
    {
        // One that was stopped for longer than its lease notices at its next step.
        if (IsStolen || run.Lease.Left <= TimeSpan.Zero) return;
        foreach (var other in judge.Runs.Where(r => r != run && IsAlive(r)))
            judge.Report("S3", $"{run.Process.Name} runs recovery {run.Lease.Epoch} while {other.Process.Name} runs one under epoch {other.Lease.Epoch}");
    }

    /// <summary>S8: nobody begins to replace a primary that a replica hears, when the process could see that replica.</summary>
    public void First(RunningRecovery run)
    {
        if (!run.Recovery.Kind.SubjectIsDead) return;
        var (old, process, since) = (world.ServerOf(run.Recovery.Subject), run.Process, world.Now - Ticks.Of(HeardFor));
        if (!old.IsRunning || old.RunningSince > since || process.PausedUntil > since) return;
        var hears = world.Servers.Where(s => s.Replica is { Receiver: ReplicationThread.Running } replica && replica.Source == old && (replica.IsHearing || IsConnectedLate(s))
            && replica.RunsSince < since && !s.IsDiskFull && judge.CouldBeSeen(s, process.Place, HeardFor) && world.Network.WholeSince(s.Place, old.Place) < since)
            .FirstOrDefault(s => (s.TellsLinksSince < since && CanTell(s, since)) || !IsOutvoted(old, since));
        if (hears is not null) judge.Report("S8", $"{process.Name} begins to replace {old.Name}, which {hears.Name}, in plain sight, has heard for {HeardFor} s");
    }

    // One that notices late is sure of what it hears, and of nothing else.
    private static bool CanTell(ModelServer server, long since) =>
        !server.Shape.NoticesLate || (server.Replica.IsHearing && server.Replica.HearsSince < since);

    // It expects nothing yet, and is connected.
    private static bool IsConnectedLate(ModelServer server) => server is { Shape.NoticesLate: true, Replica.IsConnected: true };

    // One that hears it and does not tell is no witness: those that do not hear it are more than half of the others. Who
    // was stopped a moment ago has had its say: the look at it came before. One that heard it and follows another one by
    // now has taken its word along; so has one that heard it and is down.
    private bool IsOutvoted(ModelServer old, long since)
    {
        bool? Hears(ModelServer s) => s.Replica switch
        {
            { IsHearing: var heard } when !s.IsRunning && (heard || s.Shape.NoticesLate) => null,
            // It says that it runs, and neither that it hears nor that it does not.
            { Receiver: ReplicationThread.Running, IsHearing: false } now when now.Source == old && s.Shape.NoticesLate => true,
            { Receiver: not ReplicationThread.Stopped } now when now.Source == old => now.IsHearing && now.RunsSince < since && IsWhole(s),
            { StoppedFrom: var last } when last.Source == old && last.At > world.Now - Ticks.Of(Knowable)
                && (s.Replica.Receiver == ReplicationThread.Stopped || !last.WasHearing) => last.WasHearing,
            _ => null,
        };
        bool IsWhole(ModelServer s) => world.Network.WholeSince(s.Place, old.Place) < since;
        var says = world.Servers.Select(Hears).OfType<bool>().ToArray();
        return says.Count(hears => !hears) * 2 > says.Length;
    }

    public void Sending(RunningRecovery run, PlanStep step)
    {
        var stored = world.Store.LeaseOf(run.Lease.Name);
        var isOutdated = stored is not null && stored.Epoch > run.Lease.Epoch;
        if (IsStolen && isOutdated) judge.StolenFromAt = world.Now;
        if (!IsStolen && isOutdated)
            judge.Report("S2", $"{run.Process.Name} sends '{step.Says}' under epoch {run.Lease.Epoch}, and epoch {stored!.Epoch} has begun");
        if (step is SetReadOnly) Freezing(run, step);
        if (step is not SetWritable || step.Target.Key == run.Recovery.Subject) return;
        if (run.Lease.Left <= TimeSpan.Zero)
            judge.Report("S18", $"{run.Process.Name} sends '{step.Says}' with no time left of its lease");
        var age = run.Process.Running - run.SubjectSeenAt;
        if (age > Young)
            judge.Report("S18", $"{run.Process.Name} sends '{step.Says}' with a look at {run.Recovery.Subject.Host} that is {age.TotalSeconds:0.0} s old");
    }

    // S20: a switch blocks writes only when those that it put below the successor are seen to receive from it. One that was
    // turned away there from the beginning never was.
    private void Freezing(RunningRecovery run, PlanStep step)
    {
        var recovery = run.Recovery;
        if (recovery.Kind != PlanKinds.Takeover || step.Target.Key != recovery.Subject || recovery is { HasOpened: true } or { Choice: null }) return;
        var (successor, since) = (world.ServerOf(recovery.Choice.Candidate), world.Now - Ticks.Of(Knowable));
        var away = world.Servers.FirstOrDefault(s => s.Replica.Source == successor && EndingRules.IsTurnedAway(s.Replica, since)
            && WasPointed(recovery, s) && judge.CouldBeSeen(s, run.Process.Place, Knowable));
        if (away is not null)
            judge.Report("S20", $"{run.Process.Name} blocks writes on {step.Target.Key.Host}, and {successor.Name} turns {away.Name} away with error {away.Replica.ReceiverError}");
    }

    private static bool WasPointed(Recovery recovery, ModelServer server) =>
        recovery.Stages.SelectMany(s => s.Stage.Steps).Any(s => s.Step is PointTo && s.Step.Target.Key == server.Key);

    private static bool IsAlive(RunningRecovery run) =>
        run.Process is { IsUp: true, IsPaused: false } && run.IsActive && run.Lease.Left > TimeSpan.Zero;
}
