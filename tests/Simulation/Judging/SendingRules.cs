using OrchestratorFunctions.Core.Model;
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
        var hears = world.Servers.Where(s => s.Replica is { Receiver: ReplicationThread.Running, IsHearing: true } replica && replica.Source == old
            && replica.RunsSince < since && !s.IsDiskFull && judge.CouldBeSeen(s, process.Place, HeardFor) && world.Network.WholeSince(s.Place, old.Place) < since)
            .FirstOrDefault(s => s.TellsLinksSince < since || !IsOutvoted(old, since));
        if (hears is not null) judge.Report("S8", $"{process.Name} begins to replace {old.Name}, which {hears.Name}, in plain sight, has heard for {HeardFor} s");
    }

    // One that hears it and does not tell is no witness: those that do not hear it are more than half of the others. Who
    // was stopped a moment ago has had its say: the look at it came before. One that heard it and follows another one by
    // now has taken its word along.
    private bool IsOutvoted(ModelServer old, long since)
    {
        bool? Hears(ModelServer s) => s.Replica switch
        {
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
        if (!IsStolen && stored is not null && stored.Epoch > run.Lease.Epoch)
            judge.Report("S2", $"{run.Process.Name} sends '{step.Says}' under epoch {run.Lease.Epoch}, and epoch {stored.Epoch} has begun");
        if (step is not SetWritable || step.Target.Key == run.Recovery.Subject) return;
        if (run.Lease.Left <= TimeSpan.Zero)
            judge.Report("S18", $"{run.Process.Name} sends '{step.Says}' with no time left of its lease");
        var age = run.Process.Running - run.SubjectSeenAt;
        if (age > Young)
            judge.Report("S18", $"{run.Process.Name} sends '{step.Says}' with a look at {run.Recovery.Subject.Host} that is {age.TotalSeconds:0.0} s old");
    }

    private static bool IsAlive(RunningRecovery run) =>
        run.Process is { IsUp: true, IsPaused: false } && run.IsActive && run.Lease.Left > TimeSpan.Zero;
}
