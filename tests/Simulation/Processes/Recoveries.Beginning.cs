using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Owing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Simulation.Storing;

namespace OrchestratorFunctions.Simulation.Processes;

/// <content>From a failure that was found, or an order, to the stored beginning.</content>
public sealed partial class Recoveries
{
    private void Run(Analysis found, Topology seen, TimeSpan seenAt)
    {
        var foundAt = process.Running;
        UnderLease((lease, _) =>
        {
            if (process.Running - foundAt > VerdictFor) Confirm(lease, found);
            else BeginUnder(lease, SeedOf(found), seen, seenAt, overtaken: () => Confirm(lease, found));
        }, () => CloseWhenFree(found, LookFirst));
    }

    // A recovery that has ended keeps the lease until its last statement is over, and a second writer does not wait for
    // that until it is found again (Flow/Recovering/RunRecoveries).
    private void CloseWhenFree(Analysis found, TimeSpan pause)
    {
        if (found.Kind is not { OnlyCloses: true }) return;
        process.Call(s => s.Active is null, isFree =>
        {
            if (isFree) process.After(pause, () => UnderLease((lease, _) => Confirm(lease, found), () => CloseWhenFree(found, Longer(pause))));
        }, static () => { });
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 1.5 < LookMost ? pause * 1.5 : LookMost;

    // Where the lease was waited for, or a recovery began elsewhere meanwhile, it is judged again, and the gate is asked
    // under the lease (Flow/Recovering/RecoverCluster and ConfirmFailure, without its patience).
    private void Confirm(HeldLease lease, Analysis found) => process.Call(s => (Inputs: InputsOf(s, ""), Stored: s.Servers.ToArray(), s.Ledger, At: World.Now), read =>
    {
        if (process.Watch.IsWatching) process.Watch.Refresh(read.Stored, read.Ledger, read.At);
        if (!process.Watch.IsWatching || !Analyzer.Stands(process.Watch.Topology, found))
        {
            Leave(lease);
            return;
        }
        var verdict = RecoveryGate.Decide(found, process.Watch.Topology, read.Inputs);
        if (verdict is GateVerdict.Hold hold)
        {
            Hold(SeedOf(found), hold.Refusal, lease);
            Leave(lease);
        }
        else if (verdict is GateVerdict.Supersede) Leave(lease);
        else BeginUnder(lease, SeedOf(found), process.Watch.Topology, process.Watch.TakenAt);
    }, () => Leave(lease));

    private void BeginUnder(HeldLease lease, Recovery seed, Topology seen, TimeSpan seenAt, int attempt = 1, Action? overtaken = null)
    {
        var planned = seed.With(new StageRecord(Planner.Next(seed, seen), lease.Epoch, process.Wall, []));
        if (planned is { Outcome: RecoveryOutcome.Abandoned given, IsAutomatic: true })
        {
            // It would be asked for again as long as the problem stands: only why is recorded.
            Hold(seed, given.Refusal, lease);
            Leave(lease);
            return;
        }
        var ledger = Bookkeeping.With(planned, seen, process.Wall);
        if (!ReferenceEquals(ledger, seen.Ledger)) ledger = ledger with { Version = ledger.Version + 1 };
        process.Call(s => (Outcome: Insert(s, planned, ledger, lease), s.Ledger), answer =>
        {
            if (answer.Outcome == WriteOutcome.Written)
            {
                World.Play?.Say(process.Name, $"stage {planned.Stages[^1].Stage.Name}: {planned.Stages[^1].Stage.Because}");
                process.Watch.Keep(answer.Ledger);
                Start(lease, planned, planned.IsEnded ? seen : seen.With(answer.Ledger), seenAt, isTakenUp: false);
            }
            else if (answer.Outcome == WriteOutcome.Outdated && overtaken is not null) overtaken();
            else if (answer.Outcome == WriteOutcome.Outdated && attempt < BeginAttempts)
                BeginUnder(lease, seed, seen.With(answer.Ledger), seenAt - TimeSpan.FromHours(1), attempt + 1);
            else Leave(lease);
        }, () => Leave(lease));
    }

    // Why nothing is done is said once, and again when the reason is another one. It is stored whenever it is found; what
    // would change nothing is not sent.
    private void Hold(Recovery seed, Refusal why, HeldLease lease)
    {
        if (said != why.Because) World.Play?.Say(process.Name, $"holds: {why.Says}");
        said = why.Because;
        var held = seed.With(new StageRecord(PlanStage.End("held", new RecoveryOutcome.Held(why)), lease.Epoch, process.Wall, []));
        if (World.Store.IsHeldSo(held)) return;
        process.Call(s =>
        {
            s.RecordHeld(held);
            return true;
        }, _ => { }, () => { });
    }

    // One that is given up before it began is inserted without its only stage, and owes nothing.
    private static WriteOutcome Insert(ModelStore store, Recovery planned, Ledger ledger, HeldLease lease)
    {
        if (!planned.IsEnded) return store.Begin(planned, ledger, lease.Name, lease.Row);
        var outcome = store.Begin(planned with { Stages = [] }, null, lease.Name, lease.Row);
        return outcome == WriteOutcome.Written ? store.SaveStage(planned, null, lease.Name, lease.Row) : outcome;
    }
}
