using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Running;
using OrchestratorFunctions.Core.Tests.Planning;
using OrchestratorFunctions.Core.Tests.Scenarios;

namespace OrchestratorFunctions.Core.Tests.Running;

/// <summary>One run of the recovery machine over servers made of data, in turned time: one queue of events, no tasks and no threads.</summary>
internal sealed class PlayedRun
{
    private readonly PriorityQueue<Action, (TimeSpan At, int Order)> queue = new();
    private readonly List<(int Stage, int Step)> waiting = [];
    private readonly Dictionary<InstanceKey, TimeSpan> looked = [];
    private readonly string faults = "";
    private SimulatedFleet fleet;
    private RecoveryRun run = null!;
    private int order;

    public PlayedRun(string written, string faults = "")
    {
        this.faults = faults;
        fleet = new SimulatedFleet(WrittenTopology.Read(written), Faults);
        Ledger = fleet.Now.Ledger;
    }

    /// <summary>Over servers of which a ledger says something already.</summary>
    public PlayedRun(Topology topology)
    {
        fleet = new SimulatedFleet(topology);
        Ledger = topology.Ledger;
    }

    public TimeSpan Now { get; private set; }
    public Recovery Recovery => run.Recovery;
    public RunStop? Stop { get; private set; }

    /// <summary>Steps as they were sent.</summary>
    public List<(TimeSpan At, PlanStep Step)> Sent { get; } = [];

    public List<(TimeSpan At, InstanceKey Key)> Looks { get; } = [];

    /// <summary>Assertions that failed.</summary>
    public List<string> Reports { get; } = [];

    /// <summary>Of the lease this run has.</summary>
    public long Epoch { get; set; } = 1;

    /// <summary>The ledger as it is stored.</summary>
    public Ledger Ledger { get; private set; } = Ledger.Empty;

    /// <summary>Each step with the ledger that was stored when it was sent.</summary>
    public List<(PlanStep Step, Ledger Owed)> Owed { get; } = [];

    /// <summary>Each step, and whether it is sent on what was seen before; otherwise its server is asked first.</summary>
    public List<(PlanStep Step, bool OnWhatWasSeen)> Trusting { get; } = [];

    /// <summary>Servers that are looked at once more before such a step is sent late.</summary>
    public List<(PlanStep Step, InstanceKey[] Beside)> Warranted { get; } = [];

    public Func<PlanStep, TimeSpan> StepTakes { get; set; } = _ => TimeSpan.FromMilliseconds(20);
    public Func<Recovery, TimeSpan> SaveTakes { get; set; } = _ => TimeSpan.FromMilliseconds(10);
    public Func<Recovery, bool> SaveFails { get; set; } = _ => false;
    public Func<TimeSpan, TimeSpan> LeaseLeft { get; set; } = _ => TimeSpan.FromSeconds(6);

    /// <summary>What an operator leaves for the run: it is heard when it is asked for next.</summary>
    public OperatorSignal? Word { get; set; }

    /// <summary>How long the store takes to tell it.</summary>
    public Func<Recovery, TimeSpan> HearingTakes { get; set; } = _ => TimeSpan.Zero;

    /// <summary>While the process is stopped; what it would hear meanwhile it hears at the end.</summary>
    public (TimeSpan From, TimeSpan To)? IsStopped { get; set; }

    /// <summary>Of the policy, as <see cref="WrittenHooks"/> reads them.</summary>
    public string Hooks { get; init; } = "";

    /// <summary>How many stages a run carries out.</summary>
    public int Stages { get; set; } = int.MaxValue;

    public TimeSpan TimersEarlyBy { get; set; }
    public RunLimits Limits { get; set; } = new();

    public IEnumerable<PlanStep> Steps => Sent.Select(s => s.Step);
    public Topology World => fleet.Now;

    /// <summary>When a server other than the old primary was told to accept writes; null when none was.</summary>
    public TimeSpan? OpenedAt => Sent.Where(s => s.Step is SetWritable && s.Step.Target.Key.Host != "db1").Select(s => (TimeSpan?)s.At).FirstOrDefault();

    /// <summary>Changes servers at an instant, in the words of written topologies.</summary>
    public PlayedRun At(TimeSpan at, params string[] lines)
    {
        Enqueue(at, () => fleet = new SimulatedFleet(WrittenTopology.Read(lines, fleet.Now), Faults));
        return this;
    }

    /// <summary>Begins a recovery, stores its first stage and runs it to its end.</summary>
    public PlayedRun Begin(PlanKind? kind = null)
    {
        var seed = PlannerTests.Recovery(fleet.Now, kind ?? PlanKinds.DeadPrimary, "db1");
        seed = seed with { Policy = seed.Policy with { Hooks = WrittenHooks.Of(Hooks) } };
        var begun = seed.With(new StageRecord(Planner.Next(seed, fleet.Now), 1, WrittenTopology.Noon, []));
        Ledger = Bookkeeping.With(begun, fleet.Now.With(Ledger), WrittenTopology.Noon);
        Take(RecoveryMachine.Begin(begun, fleet.Now.With(Ledger), TimeSpan.Zero, Limits, Stages, Moment));
        return Play();
    }

    /// <summary>Takes up a stored recovery on a fresh look.</summary>
    public PlayedRun TakeUp(Recovery stored)
    {
        // It was stored with the newest stage.
        if (!stored.Stages.IsEmpty) Ledger = Bookkeeping.With(stored, fleet.Now.With(Ledger), WrittenTopology.Noon);
        Take(RecoveryMachine.TakeUp(stored, fleet.Now.With(Ledger), TimeSpan.Zero, Limits, Stages, Moment));
        return Play();
    }

    /// <summary>As it stood when a stage of that name was stored and nothing of it was done.</summary>
    public Recovery StoredAt(string stage)
    {
        var index = Recovery.Stages.ToList().FindIndex(s => s.Stage.Name == stage);
        var stages = Recovery.Stages.Take(index + 1).ToImmutableArray();
        return Recovery with { Stages = stages.SetItem(index, stages[index] with { Results = [], DoneAt = null, Findings = [] }) };
    }

    private ImmutableArray<Fault> Faults => faults.Length == 0 ? [] : WrittenFault.ReadAll(faults);

    private Moment Moment => new(WrittenTopology.Noon + Now, Now, LeaseLeft(Now), Epoch);

    private PlayedRun Play()
    {
        while (queue.TryDequeue(out var happens, out var at))
        {
            if (Stop is null) Now = IsStopped is var (from, to) && at.At > from && at.At < to ? to : at.At;
            happens();
            Assert.True(at.Order < 5000, "the run does not end");
        }
        Assert.NotNull(Stop);
        return this;
    }

    private void Take(Turn next)
    {
        run = next.Run;
        foreach (var command in next.Commands) CarryOut(command);
    }

    private void CarryOut(RecoveryCommand command)
    {
        switch (command)
        {
            case RecoveryCommand.Save save:
                After(SaveTakes(save.Recovery), () =>
                {
                    if (SaveFails(save.Recovery)) return new RecoveryEvent.SaveFailed("storage is away");
                    Ledger = save.Ledger ?? Ledger;
                    return new RecoveryEvent.Saved(true);
                });
                break;
            case RecoveryCommand.Look look:
                Looks.Add((Now, look.Key));
                var begun = Now;
                // What did not hear the question does not answer it later.
                var silence = fleet.Now[look.Key]!.Outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.TimedOut } silent ? silent : null;
                After(LookTakes(look), () =>
                {
                    // One that is heard of late was over long before.
                    looked[look.Key] = begun + look.Timeout < Now ? begun + look.Timeout : Now;
                    return new RecoveryEvent.Looked(look.Key, silence ?? fleet.Now[look.Key]!.Outcome, begun);
                });
                break;
            case RecoveryCommand.RunStep step:
                Send(step);
                break;
            case RecoveryCommand.StopWaiting:
                foreach (var (stage, number) in waiting.ToArray()) After(TimeSpan.Zero, () => Ended(stage, number, new StepResult(StepState.Failed, TimeSpan.Zero)));
                break;
            case RecoveryCommand.Listen:
                After(HearingTakes(run.Recovery), () =>
                {
                    (var word, Word) = (Word, null);
                    return new RecoveryEvent.Heard(word);
                });
                break;
            case RecoveryCommand.WakeAfter wake:
                After(wake.Time > TimersEarlyBy ? wake.Time - TimersEarlyBy : wake.Time, () => new RecoveryEvent.Woken());
                break;
            case RecoveryCommand.Report report:
                Reports.Add(report.Failed);
                break;
            case RecoveryCommand.End end:
                Stop = end.Stop;
                break;
        }
    }

    private void Send(RecoveryCommand.RunStep step)
    {
        Sent.Add((Now, step.Planned.Step));
        Owed.Add((step.Planned.Step, Ledger));
        Trusting.Add((step.Planned.Step, step.SeenAt is not null));
        // S1: what is said of another server is no younger than the newest look at it.
        Assert.All(step.Beside, w => Assert.True(w.SeenAt <= looked.GetValueOrDefault(w.Key), $"{w} at {Now}"));
        Warranted.Add((step.Planned.Step, [.. step.Beside.Select(w => w.Key)]));
        if (step.Planned.Step.OnlyWaits) waiting.Add((step.Stage, step.Step));
        // What was sent takes effect, be it after the run.
        Enqueue(Now + StepTakes(step.Planned.Step), () => Happen(step.Planned.Step.OnlyWaits && !waiting.Contains((step.Stage, step.Step))
            ? null
            : Ended(step.Stage, step.Step, fleet.Run(new PlanStage("one", "", [step.Planned]))[0])));
    }

    private RecoveryEvent? Ended(int stage, int step, StepResult result)
    {
        waiting.Remove((stage, step));
        return new RecoveryEvent.StepEnded(stage, step, result);
    }

    private TimeSpan LookTakes(RecoveryCommand.Look look) =>
        fleet.Now[look.Key]!.Outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.TimedOut } ? look.Timeout : TimeSpan.FromMilliseconds(3);

    private void After(TimeSpan time, Func<RecoveryEvent?> happens) => Enqueue(Now + time, () =>
    {
        if (Stop is null) Happen(happens());
    });

    private void Happen(RecoveryEvent? happened)
    {
        if (Stop is null && happened is not null) Take(RecoveryMachine.Step(run, happened, Moment));
    }

    private void Enqueue(TimeSpan at, Action happens) => queue.Enqueue(happens, (at, order++));
}
