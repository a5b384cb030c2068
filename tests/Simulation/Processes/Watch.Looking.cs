using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Simulation.Servers;

namespace OrchestratorFunctions.Simulation.Processes;

/// <content>Every member is looked at again and again, a silent source and its replicas more often.</content>
public sealed partial class Watch
{
    // While the store is away it may not act, and looks on.
    private void ProbeLoop(int i)
    {
        if (isAsleep)
        {
            process.After(Interval, () => ProbeLoop(i));
            return;
        }
        Look(i, ProbeTimeout, () =>
        {
            var member = members[i];
            failures[i] = member.IsSeen ? 0 : failures[i] + 1;
            if (member.Outcome.IsEvidenceOfDeath && !member.IsFormerPrimary && HasReplicas(member.Key)) Suspect(i);
            if (member is { IsFormerPrimary: true, IsSeen: true }) Judge(_ => { });
            process.After(PauseAfter(member, failures[i]), () => ProbeLoop(i));
        });
    }

    private static TimeSpan PauseAfter(Member member, int failures)
    {
        if (failures == 0) return Interval;
        if (member.IsFormerPrimary && member.Outcome.IsDefinite) return FormerInterval;
        var backedOff = Interval * Math.Pow(1.5, Math.Min(failures - 1, 20));
        var most = member.IsFormerPrimary ? Interval * 2 : DeadMost;
        return backedOff < most ? backedOff : most;
    }

    private void Tick()
    {
        Settle();
        if (MayAct && !IsAllWell()) Judge(_ => { });
        process.After(Interval, Tick);
    }

    // A server that is silent, and its replicas, until it is seen or something was decided.
    private void Suspect(int i)
    {
        if (suspected[i]) return;
        suspected[i] = true;
        World.Play?.Say(process.Name, $"suspects {World.Servers[i].Name}: {(members[i].Outcome as ProbeOutcome.Failed)?.Says}");
        Round(i, PauseFirst);
    }

    private void Round(int i, TimeSpan pause)
    {
        var key = World.Servers[i].Key;
        if (!MayAct || !HasReplicas(key))
        {
            suspected[i] = false;
            return;
        }
        ModelServer[] all = [World.Servers[i], .. Topology.ReplicasOf(key).Select(r => World.ServerOf(r.Key))];
        var left = all.Length;
        foreach (var one in all)
            Look(one.Index, SuspectTimeout, () =>
            {
                if (--left > 0) return;
                var isCleared = !members[i].Outcome.IsEvidenceOfDeath;
                Judge(isFinal =>
                {
                    if (isCleared || isFinal) suspected[i] = false;
                    else process.After(pause, () => Round(i, pause < PauseMost ? pause * 1.5 : pause));
                });
            });
    }

    private void Look(int i, TimeSpan timeout, Action then)
    {
        var (started, from) = (process.Awake, process.Running);
        process.Prober.Look(World.Servers[i], timeout, outcome =>
        {
            Observe(i, outcome, started);
            lookedFrom[i] = from;
            then();
        });
    }

    private void Observe(int i, ProbeOutcome outcome, TimeSpan started)
    {
        if (!outcome.IsEvidenceOfDeath) failingSince[i] = null;
        else failingSince[i] ??= started;
        var failing = failingSince[i] is { } since ? process.Awake - since : TimeSpan.Zero;
        members[i] = members[i].With(outcome, process.Wall, failing);
        lookedAt[i] = World.Now;
        topology = null;
    }

    private bool HasReplicas(InstanceKey key)
    {
        foreach (var member in members)
            foreach (var link in member.Known?.Links ?? [])
                if (link.Source == key) return true;
        return false;
    }
}
