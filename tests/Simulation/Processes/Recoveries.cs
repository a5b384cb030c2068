using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Core.Watching;
using OrchestratorFunctions.Simulation.Storing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <summary>
/// Begins recoveries and takes up those that were left, as Flow/Detecting/Verdicts, Flow/Recovering/RecoverCluster and
/// RunRecoveries do.
/// </summary>
public sealed partial class Recoveries(ModelProcess process)
{
    private static readonly TimeSpan TakeUpEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1), Fresh = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Patience = new WatchPolicy().AgreementPatience;
    private static readonly TimeSpan VerdictFor = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks whether the cluster is free for what closes a second writer.</summary>
    private static readonly TimeSpan LookFirst = TimeSpan.FromMilliseconds(50), LookMost = TimeSpan.FromSeconds(1);

    private const int BeginAttempts = 3;

    private readonly Dictionary<(InstanceKey, AnalysisCode), StandingProblem> standing = [];
    private RunningRecovery? running;
    private bool isBusy;
    private int leases;
    private string said = "";

    private World World => process.World;

    public void Begin() => process.After(TimeSpan.FromTicks(process.Random.Between(0, TakeUpEvery.Ticks)), TakeUpLoop);

    /// <summary>What does not stand any more is decided anew when it is found again (Flow/Detecting/Verdicts).</summary>
    public void Forget(ImmutableArray<Analysis> found)
    {
        foreach (var id in standing.Keys.Where(id => !found.Any(a => (a.Key, a.Code) == id)).ToArray())
            standing.Remove(id);
    }

    /// <summary>A problem that a plan removes: it is begun when the gate lets it through. Told: whether that is decided.</summary>
    public void Find(Analysis found, Watch watch, Action<bool> then)
    {
        var id = (found.Key, found.Code);
        var known = standing.GetValueOrDefault(id) ?? (standing[id] = new StandingProblem(process.Running));
        if (known.StandsAt(process.Running) is { } decided)
        {
            then(decided == Judgement.Final);
            return;
        }
        if (isBusy)
        {
            then(false);
            return;
        }
        World.Play?.Say(process.Name, $"finds {found.Code} of {found.Key.Host}: {string.Join("; ", found.Because)}");
        var askedAt = World.Now;
        process.Call(s => (Inputs: InputsOf(s, ""), Stored: s.Servers.ToArray(), s.Ledger), read =>
        {
            if (!watch.IsWatching) return;
            // What operators declared a moment ago counts too (S14); looks have gone on meanwhile, the analysis stands.
            watch.Refresh(read.Stored, read.Ledger, askedAt);
            var (seen, seenAt) = (watch.Topology, watch.TakenAt);
            // Who may not act decides nothing: it is found again at the next look.
            var knowsLess = seen.Ledger.Version > read.Ledger.Version;
            if (knowsLess || !watch.MayAct || !watch.IsLookedAt || !Analyzer.Stands(seen, found))
            {
                then(false);
                return;
            }
            var verdict = RecoveryGate.Decide(found, seen, read.Inputs);
            if (verdict is GateVerdict.Hold { MayPassSoon: true } && known.IsPatientAt(process.Running, Patience))
            {
                standing[id] = known.WaitAt(process.Running);
                then(false);
                return;
            }
            standing[id] = verdict is GateVerdict.Hold { IsUnderWay: false } why
                ? known.HeldAt(process.Running, why.Refusal.Because) : known.SentAt(process.Running);
            if (verdict is GateVerdict.Hold hold) World.Play?.Say(process.Name, $"holds: {hold.Refusal.Says}");
            else if (verdict is GateVerdict.Supersede supersede) Supersede(supersede, found);
            else Run(found, seen, seenAt);
            then(true);
        }, () => then(false));
    }

    // The running one is told to end; what was found is found again until the cluster is free.
    private void Supersede(GateVerdict.Supersede supersede, Analysis found)
    {
        World.Play?.Say(process.Name, supersede.Says);
        standing.Remove((found.Key, found.Code));
        var word = OperatorSignal.Supersede($"r{World.RecoveryCount + 1}", found.Kind!.Title(found.Key, null), process.Wall);
        process.Call(s =>
        {
            s.LeaveWord(supersede.Id, word);
            return true;
        }, _ => { }, () => { });
    }

    /// <summary>Runs a plan an operator asks for; everything is looked at afresh.</summary>
    public void Order(PlanKind kind, InstanceKey subject, InstanceKey? target) => UnderLease((lease, leave) =>
        process.Call(s => s.Active, active =>
        {
            if (active is not null) leave();
            else ReadAll(null, leave, (topology, seenAt) => BeginUnder(lease, Seed(kind, subject, "operator") with { Target = target }, topology, seenAt));
        }, leave));

    private void TakeUpLoop()
    {
        process.After(TakeUpEvery, TakeUpLoop);
        if (isBusy) return;
        process.Call(s => s.Active is not null, isActive =>
        {
            if (isActive) TakeUp();
        }, () => { });
    }

    /// <summary>Goes on with what another run left unfinished.</summary>
    public void TakeUp() => UnderLease((lease, leave) => process.Call(s => s.Active, active =>
    {
        if (active is null) leave();
        else ReadAll(active, leave, (topology, seenAt) => process.Call(s => InputsOf(s, active.Id), inputs =>
        {
            if (Veto(active, topology, inputs) is { } veto) active = active.WithSignal(veto);
            Start(lease, active, topology, seenAt, isTakenUp: true);
        }, leave));
    }, leave));

    private OperatorSignal? Veto(Recovery recovery, Topology topology, GateInputs inputs)
    {
        if (!recovery.IsAutomatic || recovery.Cancelled is not null) return null;
        if (RecoveryGate.WhyNotGoOn(recovery.Subject, topology, inputs) is not { } refusal) return null;
        var word = new OperatorSignal(SignalKind.Cancel, OperatorSignal.Gate, refusal.Says, process.Wall);
        return recovery.WhyNot(word) is null ? word : null;
    }

    private void UnderLease(Action<HeldLease, Action> act, Action? busy = null)
    {
        if (isBusy)
        {
            busy?.Invoke();
            return;
        }
        isBusy = true;
        var holder = $"{process.Name}/{process.Life}/{++leases}";
        HeldLease.TryTake(process, RunningRecovery.LeaseName, holder, outlivesSilence: false, lease =>
        {
            if (lease is null) isBusy = false;
            if (lease is null) busy?.Invoke();
            else act(lease, () => Leave(lease));
        }, () => isBusy = false);
    }

    private void Leave(HeldLease lease)
    {
        lease.Release();
        isBusy = false;
    }

    private void Start(HeldLease lease, Recovery recovery, Topology seen, TimeSpan seenAt, bool isTakenUp)
    {
        running = new RunningRecovery(process, lease, _ => Over());
        running.Begin(recovery, seen, seenAt, isTakenUp);
    }

    // What was held back is asked for again (Flow/Detecting/Verdicts).
    private void Over()
    {
        (running, isBusy) = (null, false);
        foreach (var (id, known) in standing.ToArray()) standing[id] = known.AfterEndAt(process.Running);
    }

    private Recovery SeedOf(Analysis found) => Seed(found.Kind!, found.Key, "watcher") with
    {
        Code = found.Code, Sentence = found.Sentence, Evidence = found.Because,
    };

    private Recovery Seed(PlanKind kind, InstanceKey subject, string actor) => new()
    {
        Id = $"r{++World.RecoveryCount}", Cluster = World.Cluster, Kind = kind, Actor = actor, StartedAt = process.Wall,
        Subject = subject, Policy = World.Shape.Policy,
    };

    private GateInputs InputsOf(ModelStore store, string self) => new(
        store.IsRecoveryEnabled, RecoveryFilter.All, new BlockWindow(World.Shape.BlockWindow), null, store.Past(self), process.Wall)
    {
        Active = store.Active is { } active && active.Id != self ? ActiveRecovery.Of(active) : null,
        Fleet = [],
    };
}
