using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Simulation.Processes;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Judging;

/// <summary>
/// Hears everything that matters to an invariant, and says when one does not hold. It knows the truth about every
/// server, which no process does; a process is blamed only for what it could have known.
/// </summary>
public sealed class Judge
{
    private readonly World world;
    private readonly OpeningRules opening;
    private readonly SendingRules sending;
    private readonly OverlapRule overlap;
    private readonly EndingRules ending;
    private readonly LimitRules limits;
    private readonly ByHandRules byHand;
    private readonly AddressRules addresses;
    private readonly Dictionary<string, RecoveryTrace> traces = [];

    public Judge(World world)
    {
        this.world = world;
        (opening, sending, overlap, ending) = (new(world, this), new(world, this), new(world, this), new(world, this));
        (limits, byHand, addresses) = (new(world, this), new(world, this), new(world, this));
    }

    /// <summary>The first one that no known fault explains; the history ends with it.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>Known faults that were met, each once.</summary>
    public List<(KnownFault Fault, Violation Violation)> Known { get; } = [];

    /// <summary>The server that clients are meant to write to: the first one, then the last one a recovery opened.</summary>
    public int Writer { get; private set; }

    /// <summary>Overlaps of two open servers, in ticks.</summary>
    public long OverlapTicks => overlap.Total;

    /// <summary>Runs that are going on in some process.</summary>
    public List<RunningRecovery> Runs { get; } = [];

    public IEnumerable<RecoveryTrace> Traces => traces.Values;

    /// <summary>When somebody last opened or closed a server by hand; negative when nobody did.</summary>
    public long ByHandAt { get; set; } = -1;

    /// <summary>When a lease was last taken from its holder before it ran out; negative when none was.</summary>
    public long LeaseStolenAt { get; set; } = -1;

    /// <summary>When somebody whose lease was taken last sent a step that S2 excuses; negative when nobody did.</summary>
    public long StolenFromAt { get; set; } = -1;

    /// <summary>A wall clock jumped: when something ended is not the same for all processes.</summary>
    public bool HasClockJumped { get; set; }

    public RecoveryTrace TraceOf(string recovery)
    {
        if (!traces.TryGetValue(recovery, out var trace)) traces[recovery] = trace = new RecoveryTrace(recovery, world.Now);
        return trace;
    }

    public void Acknowledged(ModelServer server, Transaction one, bool byRule)
    {
        // What is written to a server that somebody opened by hand is not ours to keep.
        if (one.IsErrant || server.Index != Writer || ByHandAt >= 0) return;
        one.AcknowledgedAt = world.Now;
        one.IsByRule = byRule;
    }

    public void FlagsChanged(ModelServer server) => overlap.FlagsChanged(server);

    public void RunBegins(RunningRecovery run)
    {
        sending.OneAtATime(run);
        Runs.Add(run);
    }

    public void RunEnds(RunningRecovery run) => Runs.Remove(run);

    public void Sending(RunningRecovery run, PlanStep step)
    {
        var trace = TraceOf(run.Recovery.Id);
        if (!trace.HasSent) limits.Acts(run.Recovery);
        trace.HasSent = true;
        if (step is Fence) Fenced(run, trace);
        sending.Sending(run, step);
        byHand.Sending(run, step);
    }

    private void Fenced(RunningRecovery run, RecoveryTrace trace)
    {
        if (trace.FencedAt < 0) sending.First(run);
        trace.FencedAt = world.Now;
    }

    public void Opened(ModelServer server, Statement.Open open)
    {
        world.Play?.Say(server.Name, open.IsByHand ? "is opened by hand" : "accepts writes");
        server.Replica.BecomePrimary();
        if (open.IsByHand) return;
        opening.Opened(server, open);
        Writer = server.Index;
    }

    /// <param name="holder">Whose lease it was stored under.</param>
    public void Saved(Recovery recovery, string holder)
    {
        var trace = TraceOf(recovery.Id);
        trace.Newest = recovery;
        if (!recovery.IsEnded) return;
        var process = Array.Find(world.Processes, p => holder.StartsWith(p.Name + "/", StringComparison.Ordinal))!;
        // The end was decided when it was planned; the store may have been away since.
        trace.EndedAt = world.Now - Math.Max(0, (process.Wall - recovery.EndedAt!.Value).Ticks);
        ending.Ended(recovery, process.Place);
    }

    /// <summary>A statement of a step begins at a server.</summary>
    /// <param name="meant">What tells the server that it was decided for from all others; empty when it is not known.</param>
    public void Begins(RunningRecovery run, PlanStep step, string meant, ModelServer server) => addresses.Begins(run, step, meant, server);

    /// <summary>Recoveries wrote these entries, which the ledger did not have.</summary>
    public void Owes(IEnumerable<LedgerEntry> entries) => addresses.Owes(entries);

    /// <summary>The newest stage is planned on what is seen, and is about to be stored.</summary>
    public void Planned(RunningRecovery run, Recovery recovery)
    {
        if (recovery.Stages[^1].Stage.Choice is { } choice) opening.Chosen(choice);
        if (!recovery.IsEnded || ReferenceEquals(TraceOf(recovery.Id).End, recovery)) return;
        TraceOf(recovery.Id).End = recovery;
        ending.Ends(run, recovery);
    }

    public void Report(string invariant, string sentence)
    {
        if (Violation is not null) return;
        var found = new Violation(world.Seed, invariant, sentence, world.Now);
        world.Play?.Say("!", $"{invariant}: {sentence}");
        LastPicture.Say(world);
        if (KnownFaults.Find(world, found) is not { } known) Violation = found;
        else if (!Known.Exists(k => k.Fault == known)) Known.Add((known, found));
    }

    // Every process has read by then where it listens.
    internal static bool IsFound(ModelServer server, long since) => server.FoundSince <= since - Ticks.Of(6);

    /// <summary>Two places have reached each other, and the server has run, for so long.</summary>
    /// <param name="slowest">Seconds there and back from which on it is as good as cut.</param>
    public bool CouldBeSeen(ModelServer server, int from, double seconds, double slowest = 0.2)
    {
        var since = world.Now - Ticks.Of(seconds);
        return server.IsRunning && server.RunningSince <= since && IsFound(server, since) && world.Network.WholeSince(from, server.Place, slowest) <= since;
    }
}
