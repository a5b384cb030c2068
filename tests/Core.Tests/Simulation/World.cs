using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Rehearsing;

namespace OrchestratorFunctions.Core.Tests.Simulation;

/// <summary>
/// Runs a recovery the way the flow does, over simulated servers and with more going on around it than in a rehearsal: steps of a stage in any order,
/// receivers that lose and find their source, replicas that apply, clients that write, an old primary that returns, servers that die at any step.
/// </summary>
internal sealed class World(RandomCluster cluster, Random random, ImmutableArray<Fault> faults)
{
    private int steps;

    public Topology Now { get; private set; } = cluster.Topology;

    /// <summary>After how many stages a dead old primary comes back, and whether it can be written to; null when it never does.</summary>
    public (int AfterStage, bool Writable)? Return { get; init; }

    /// <summary>Called with every step's number of seen writable servers before and after it.</summary>
    public Action<PlanStep, int, int> Stepped { get; init; } = (_, _, _) => { };

    /// <summary>Called with every stage as it is planned.</summary>
    public Action<Recovery, PlanStage, Topology> Planned { get; init; } = (_, _, _) => { };

    public Recovery Run(Recovery recovery)
    {
        while (!recovery.IsEnded)
        {
            var stage = Planner.Next(recovery, Now);
            Planned(recovery, stage, Now);
            var record = new StageRecord(stage, 1, Now.TakenAt, []);
            recovery = recovery.With(stage.IsLast ? record : record with { Results = Run(stage), DoneAt = Now.TakenAt });
            GoOn(recovery.Stages.Length);
        }
        return recovery;
    }

    private ImmutableArray<StepResult> Run(PlanStage stage)
    {
        var results = new StepResult[stage.Steps.Length];
        foreach (var i in InTurns(stage))
        {
            var before = Writable;
            results[i] = stage.IsInVain(i, results) ? PlanStage.NotAfterFailure : Run(stage.Steps[i]);
            Stepped(stage.Steps[i].Step, before, Writable);
        }
        return [.. results];
    }

    // Servers side by side, the steps of one server one after another.
    private IEnumerable<int> InTurns(PlanStage stage)
    {
        var open = stage.Steps.Index().GroupBy(s => s.Item.Step.Target.Key, s => s.Index).ToDictionary(g => g.Key, g => new Queue<int>(g));
        var turns = stage.Steps.Select(s => s.Step.Target.Key).OrderBy(_ => random.Next()).ToArray();
        return turns.Select(key => open[key].Dequeue());
    }

    private StepResult Run(PlannedStep step)
    {
        var number = ++steps;
        var due = faults.Select(f => f switch
        {
            Fault.ServerDies d => d.AtStep == number ? d with { AtStep = 1 } : null,
            Fault.StepFails s => s.AtStep is null || s.AtStep == number ? s with { AtStep = null } : (Fault?)null,
            Fault.StepTimesOut t => t.AtStep is null || t.AtStep == number ? t with { AtStep = null } : null,
            _ => null,
        }).OfType<Fault>();
        var fleet = new SimulatedFleet(Now, [.. due]);
        var result = fleet.Run(new PlanStage("one", "", [step]))[0];
        Now = fleet.Now;
        Reconnect();
        return result;
    }

    private int Writable => Now.Members.Count(m => m.Current is { ReadOnly: false });

    private void GoOn(int stages)
    {
        var old = Now[RandomCluster.Primary]!;
        if (Return is { } back && back.AfterStage == stages && !old.IsSeen && old.LastSeen is { } last)
            Now = Now.With(old.With(new ProbeOutcome.Seen(last with { ReadOnly = !back.Writable, SuperReadOnly = !back.Writable && !cluster.IsMariaDb }), Now.TakenAt));
        if (Now[RandomCluster.Primary] is { Current: { ReadOnly: false } writer } primary && random.Next(3) == 0)
            Now = Now.With(primary.With(new ProbeOutcome.Seen(writer with { Gtid = writer.Gtid with { Executed = writer.Gtid.Executed.Union(cluster.Position(cluster.Last + stages)) } }), Now.TakenAt));
        foreach (var m in Now.Members.Where(m => m is { Outcome: ProbeOutcome.Seen, Current.Link: { IsReplicating: true, DelaySeconds: 0, ApplierErrorNumber: 0 } } && random.Next(2) == 0).ToArray())
            if (Now.SourceOf(m.Current!.Link!)?.Current is { } source && (source.Gtid.Purged is not { } purged || m.Current.Gtid.Executed.Contains(purged)))
                Now = Now.With(m.With(new ProbeOutcome.Seen(m.Current with { Gtid = m.Current.Gtid with { Executed = m.Current.AllReceived.Union(source.Gtid.Executed) } }), Now.TakenAt));
        Reconnect();
    }

    // A receiver loses its source with the source, and finds it again.
    private void Reconnect()
    {
        foreach (var m in Now.Members.Where(m => m.Outcome is ProbeOutcome.Seen && m.Current!.Links.Length > 0).ToArray())
        {
            var links = m.Current!.Links.Select(l => (l.Receiver, Now.SourceOf(l)?.IsSeen) switch
            {
                (ReplicationThread.Running, false) => l with { Receiver = ReplicationThread.Connecting, ReceiverErrorNumber = 2003, ReceiverError = "cannot connect" },
                (ReplicationThread.Connecting, true) => l with { Receiver = ReplicationThread.Running, ReceiverErrorNumber = 0, ReceiverError = "" },
                _ => l,
            }).ToImmutableArray();
            if (!links.SequenceEqual(m.Current.Links)) Now = Now.With(m.With(new ProbeOutcome.Seen(m.Current with { Links = links }), Now.TakenAt));
        }
    }
}
