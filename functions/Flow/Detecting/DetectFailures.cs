using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Detecting;

/// <summary>
/// From analysis to action: an actionable problem passes the gate and becomes a failure on the queue, or leaves a
/// record of why not (L7). The same problem is acted on once until it is gone.
/// </summary>
public sealed class DetectFailures(
    GateReader gate, ITopologyStore topologies, IRecoveryStore recoveries, IFailureSink queue, WatchPolicy policy,
    Random chance, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<(ClusterId, InstanceKey, AnalysisCode), StandingProblem> standing = new();
    private readonly ConcurrentDictionary<InstanceKey, DateTimeOffset> suspicions = new();
    private readonly ConcurrentDictionary<ClusterId, SemaphoreSlim> turns = new();
    private readonly List<(string Id, FleetFailover Failover)> letThrough = [];
    private readonly ReadAhead reads = new(gate, topologies, recoveries, time);
    private readonly long began = time.GetTimestamp();

    /// <summary>Who starts recoveries that nobody asked for.</summary>
    public const string Actor = "watcher";

    /// <summary>Problems now standing, of all clusters.</summary>
    public event Action<ClusterId, ImmutableArray<Analysis>>? Judged;

    /// <summary>
    /// Raised when a failure is put on the queue. A receiver in this process begins at once; the message is for when it
    /// dies before it began, and finds the recovery begun otherwise.
    /// </summary>
    public event Action<Failure, Topology>? Found;

    /// <summary>Raised when why nothing is done is stored, and again when the reason is another one.</summary>
    public event Action<Recovery>? Held;

    public void NoteSuspicion(InstanceKey key, DateTimeOffset at) => suspicions[key] = at;

    /// <summary>A verdict may be near: what it asks of the store is asked for now.</summary>
    /// <param name="ledger">The version that is known.</param>
    public void Prepare(ClusterId cluster, long ledger, CancellationToken cancel) =>
        reads.Begin(cluster, ledger, cancel);

    /// <summary>
    /// Judges a cluster as it is known now. One with members that nobody has looked at yet is judged when they were
    /// looked at.
    /// </summary>
    /// <param name="mayAct">Whether what is found may be acted on at this moment. While it may not, it is found again
    /// at every look.</param>
    public async Task<Judgement> JudgeAsync(LiveCluster cluster, CancellationToken cancel, Func<bool>? mayAct = null)
    {
        var turn = turns.GetOrAdd(cluster.Id, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancel);
        try
        {
            var topology = cluster.Topology;
            if (!LiveCluster.ShowsLooks(topology)) return Judgement.Nothing;
            var analyses = Analyzer.Analyze(topology, policy.Detection);
            Judged?.Invoke(cluster.Id, analyses);
            Forget(cluster.Id, analyses);
            var judgement = Judgement.Nothing;
            foreach (var analysis in analyses)
                if (await JudgeOneAsync(cluster, topology, analysis, mayAct ?? (() => true), cancel) == Judgement.Final)
                    judgement = Judgement.Final;
            return judgement;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // The store is away: nothing may be done without it, and the next look tries again.
            logger.Retrying($"judge cluster {cluster.Id}", e);
            return Judgement.Nothing;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Judgement> JudgeOneAsync(
        LiveCluster cluster, Topology topology, Analysis analysis, Func<bool> mayAct, CancellationToken cancel)
    {
        var id = (cluster.Id, analysis.Key, analysis.Code);
        // How long it stands is measured on the monotonic clock; the wall clock only labels.
        var (now, at) = (time.GetElapsedTime(began), time.GetUtcNow());
        // A problem that was there before this process might act counts from now: other places get their time to agree.
        if (!mayAct()) return Judgement.Nothing;
        var known = standing.GetOrAdd(id, _ => new StandingProblem(now));
        if (!analysis.IsActionable) return await NoteUnactedAsync(id, known, topology, analysis, now, cancel);
        if (known.StandsAt(now) is { } decided) return decided;
        if (!known.IsTold)
            logger.Verdict(analysis.Key.ToString(), analysis.Code.ToString(), string.Join("; ", analysis.Because));
        // What operators declared a moment ago counts too (S14): promotion rules, downtimes.
        var (inputs, declared, askedAt) = await reads.ReadAsync(cluster.Id, topology.Ledger.Version, cancel);
        if (declared is not null) cluster.Refresh(declared, askedAt);
        if (!mayAct()) return Judgement.Nothing;
        // The store may have kept it waiting, and looks went on meanwhile (S8).
        topology = cluster.Topology;
        if (!Stands(topology, analysis, declared)) return Judgement.Nothing;
        var failure = FailureOf(analysis with { Because = [.. analysis.Because, .. inputs.EvidenceFor(analysis)] }, at);
        var verdict = Decide(failure.Id, analysis, topology, inputs with { ClusterDowntime = cluster.Downtime });
        if (verdict is GateVerdict.Hold { MayPassSoon: true } wait && known.IsPatientAt(now, policy.AgreementPatience))
            return Wait(id, known, wait, now);
        if (verdict is GateVerdict.Hold hold)
        {
            // What runs already is not held back, and its own record tells of it.
            if (hold.IsUnderWay) standing[id] = known.SentAt(now);
            else await HoldAsync(id, known, topology, analysis, hold, cancel);
            return await FinalAsync(cluster.Id, topology, cancel);
        }
        if (verdict is GateVerdict.Supersede supersede)
            failure = failure with { Supersedes = supersede.Id, Evidence = failure.Evidence.Add(supersede.Says) };
        standing[id] = known.SentAt(now);
        Found?.Invoke(failure, topology);
        _ = SendAsync(failure, cancel);
        return await FinalAsync(cluster.Id, topology, cancel);
    }

    // What was read knows nothing of a recovery that a newer ledger knows (L5). A member that was declared this moment
    // is looked at first: it may be the replica that hears the primary.
    private bool Stands(Topology topology, Analysis analysis, StoredCluster? declared) =>
        !(topology.Ledger.Version > declared?.Ledger.Version) && LiveCluster.ShowsLooks(topology)
        && Analyzer.Stands(topology, analysis, policy.Detection);

    // Whoever takes the recovery up when this process dies looks for itself; nobody waits for what was seen.
    private async Task<Judgement> FinalAsync(ClusterId cluster, Topology topology, CancellationToken cancel)
    {
        await topologies.UpdateSightingsAsync(cluster, [.. topology.Members.Select(LiveCluster.AsStored)], cancel);
        return Judgement.Final;
    }

    // At first often: another place may be about to say the same.
    private Judgement Wait(
        (ClusterId, InstanceKey Key, AnalysisCode) id, StandingProblem known, GateVerdict.Hold hold, TimeSpan now)
    {
        if (!known.IsWaiting) logger.Waits(id.Key.ToString(), hold.Refusal.Because);
        standing[id] = known.WaitAt(now);
        return Judgement.Nothing;
    }

    // The message is the net under the recovery that begins here: while the queue is away there is no net, and the
    // recovery all the same. Nobody waits for it: the next judgement of the cluster may have a former primary to close.
    private async Task SendAsync(Failure failure, CancellationToken cancel)
    {
        try
        {
            await queue.SendAsync(failure, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.Retrying($"send failure {failure.Id}", e);
        }
    }

    // When many primaries die at once every verdict would read that nothing was failed over yet: those let through here
    // count before they are recorded.
    private GateVerdict Decide(string id, Analysis analysis, Topology topology, GateInputs inputs)
    {
        lock (letThrough)
        {
            letThrough.RemoveAll(f => inputs.Now - f.Failover.At >= inputs.Breaker.Window);
            var verdict = RecoveryGate.Decide(
                analysis, topology, inputs with { Fleet = inputs.Fleet?.AddRange(letThrough.Select(f => f.Failover)) });
            if (verdict is not GateVerdict.Hold && analysis.Kind is { IsFailover: true })
                letThrough.Add((id, new FleetFailover(topology.Cluster, inputs.Now)));
            return verdict;
        }
    }

    /// <summary>
    /// A recovery as it is stored now. When it has ended, what was held back in its cluster is asked for again at the
    /// next look. One that was let through here and ended without having done anything no longer counts for the fleet.
    /// </summary>
    public void NoteEnd(Recovery recovery)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        if (!recovery.IsEnded) return;
        var now = time.GetElapsedTime(began);
        foreach (var (id, known) in standing.Where(s => s.Key.Item1 == recovery.Cluster))
            standing.TryUpdate(id, known.AfterEndAt(now), known);
        if (recovery.HasTouchedServers) return;
        lock (letThrough) letThrough.RemoveAll(f => f.Id == recovery.Id);
    }

    private async Task<Judgement> NoteUnactedAsync(
        (ClusterId, InstanceKey, AnalysisCode) id, StandingProblem known, Topology topology, Analysis analysis,
        TimeSpan now, CancellationToken cancel)
    {
        if (known.IsToBeRecordedAt(now, policy.HeldAfter) && IsRecorded(topology, analysis))
            await HoldAsync(id, known, topology, analysis, new GateVerdict.Hold(new Refusal(string.Join("; ", analysis.Because), analysis.Advice)), cancel);
        return Judgement.Nothing;
    }

    // A problem of the primary, and what a recovery left closed beside it; and every source that is away: what follows
    // it gets nothing any more, or nobody knows whether it does.
    private static bool IsRecorded(Topology topology, Analysis analysis) => analysis.Code != AnalysisCode.SeenInPart
        && (topology.Primary?.Key == analysis.Key
            || analysis.Code is AnalysisCode.ClosedByRecovery or AnalysisCode.SeveralWriters
            || (analysis.Replicas.Total > 0 && topology[analysis.Key] is { IsSeen: false }));

    private async Task HoldAsync(
        (ClusterId, InstanceKey, AnalysisCode) id, StandingProblem known, Topology topology, Analysis analysis, GateVerdict.Hold hold, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var why = hold.Refusal;
        if (known.Held != why.Because)
        {
            logger.Held(analysis.Key.ToString(), analysis.Code.ToString(), why.Because, why.Remedy);
            Telemetry.Held(id.Item1, analysis.Code.ToString(), why.Remedy);
        }
        known = standing[id] = known.HeldAt(time.GetElapsedTime(began), why.Because);
        var stage = PlanStage.End("held", new RecoveryOutcome.Held(why));
        var held = RecoveryOf(FailureOf(analysis, now), new RecoveryPolicy()).With(new StageRecord(stage, 0, now, []));
        await recoveries.RecordHeldAsync(held, cancel);
        if (known.Recorded == why.Because) return;
        standing[id] = known with { Recorded = why.Because };
        Held?.Invoke(held);
    }

    /// <summary>The recovery a failure asks for, before its first stage.</summary>
    public static Recovery RecoveryOf(Failure failure, RecoveryPolicy policy) => new()
    {
        Id = failure.Id, Cluster = failure.Cluster, Subject = failure.Subject, Actor = Actor,
        StartedAt = failure.FoundAt, Kind = failure.Kind,
        Code = failure.Code, Sentence = failure.Sentence, Evidence = failure.Evidence, Policy = policy,
    };

    private Failure FailureOf(Analysis analysis, DateTimeOffset now)
    {
        var evidence = analysis.Because;
        if (suspicions.TryGetValue(analysis.Key, out var at) && now - at < TimeSpan.FromMinutes(5))
            evidence = evidence.Add($"first suspected {(now - at).TotalMilliseconds:0} ms before the verdict");
        return new Failure(
            RecoveryIds.New(now, chance), analysis.Cluster, analysis.Key, analysis.Code,
            analysis.Kind ?? PlanKinds.None, analysis.Sentence, evidence, now);
    }

    private void Forget(ClusterId cluster, ImmutableArray<Analysis> analyses)
    {
        foreach (var id in standing.Keys.Where(k => k.Item1 == cluster && !analyses.Any(a => a.Key == k.Item2 && a.Code == k.Item3)))
            standing.TryRemove(id, out _);
    }
}
