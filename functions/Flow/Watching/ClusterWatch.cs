using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Watching;

/// <summary>
/// Watches one cluster: a probe loop for every member, a held session to every member that has replicas, and a close look
/// whenever either gives cause. Analyses go to <see cref="Verdicts"/>.
/// </summary>
public sealed class ClusterWatch(
    LiveCluster cluster, IInstanceProbe probe, ISessionKeeper sessions, Verdicts verdicts, Func<bool> mayAct, WatchPolicy policy, AwakeClock awake, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<InstanceKey, (Task Loop, CancellationTokenSource Stop)> loops = [];
    private readonly ConcurrentDictionary<InstanceKey, byte> suspects = new();

    private static readonly TimeSpan FirstProbeWithin = TimeSpan.FromSeconds(5);

    public LiveCluster Cluster => cluster;

    /// <summary>A server a probe mentioned and this watch does not know.</summary>
    public event Action<InstanceKey>? Mentioned;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = new PeriodicTimer(policy.Interval, time);
        try
        {
            do
            {
                await EndLoopsOfForgottenAsync();
                foreach (var key in cluster.Keys.Where(k => !loops.ContainsKey(k))) loops[key] = BeginLoop(key, stop.Token);
                await verdicts.JudgeAsync(cluster, stop.Token, mayAct);
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(loops.Values.Select(l => l.Loop)).ContinueWith(_ => { }, TaskScheduler.Default);
            foreach (var (_, ended) in loops.Values) ended.Dispose();
        }
    }

    // One that is found again gets a new loop.
    private async Task EndLoopsOfForgottenAsync()
    {
        foreach (var key in loops.Keys.Where(k => cluster[k] is null).ToArray())
        {
            if (!loops.Remove(key, out var gone)) continue;
            await gone.Stop.CancelAsync();
            await gone.Loop.ContinueWith(_ => { }, TaskScheduler.Default);
            gone.Stop.Dispose();
        }
    }

    private (Task, CancellationTokenSource) BeginLoop(InstanceKey key, CancellationToken cancel)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        return (Task.WhenAll(ProbeLoopAsync(key, stop.Token), HoldLoopAsync(key, stop.Token), WarmLoopAsync(key, stop.Token)), stop);
    }

    private async Task ProbeLoopAsync(InstanceKey key, CancellationToken cancel)
    {
        var (failures, isFirst) = (0, true);
        // Spread the first probes so that a large fleet is not asked all at once; the first one comes soon, for health's sake.
        await Task.Delay(Least(policy.Interval * 0.2, FirstProbeWithin) * Random.Shared.NextDouble(), time, cancel);
        while (!cancel.IsCancellationRequested && cluster[key] is not null)
        {
            var member = isFirst ? await FirstLookAsync(key, cancel) : await LookAsync(key, policy.ProbeTimeout, cancel);
            failures = member.IsSeen ? 0 : failures + 1;
            if (member.IsSeen) Follow(member);
            else if (member.Outcome.IsEvidenceOfDeath && !member.IsFormerPrimary && HasReplicas(key)) await SuspectAsync(key, Because(member), cancel);
            if (member is { IsFormerPrimary: true, IsSeen: true }) await JudgeNowAsync(cancel);
            // The last of the first looks completes the picture: what is wrong then waits for no tick.
            else if (isFirst && cluster.IsLookedAt) await verdicts.JudgeAsync(cluster, cancel, mayAct);
            isFirst = false;
            await Task.Delay(Pause(member, failures), time, cancel);
        }
    }

    private async Task HoldLoopAsync(InstanceKey key, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested && cluster[key] is { } member)
        {
            if (member.IsSeen && HasReplicas(key))
            {
                var because = await sessions.HoldAsync(key, cancel);
                if (cluster[key] is { IsSeen: true, IsFormerPrimary: false } && HasReplicas(key)) await SuspectAsync(key, because, cancel);
            }
            await Task.Delay(policy.Interval, time, cancel);
        }
    }

    private async Task WarmLoopAsync(InstanceKey key, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested && cluster[key] is { } member)
        {
            if (member.IsSeen) await sessions.WarmAsync(key, cancel);
            await Task.Delay(member.IsSeen ? policy.WarmInterval : policy.Interval, time, cancel);
        }
    }

    /// <summary>Looks at a server and its replicas again and again until it is seen or a recovery of it was asked for.</summary>
    private async Task SuspectAsync(InstanceKey key, string because, CancellationToken cancel)
    {
        if (!suspects.TryAdd(key, 0)) return;
        try
        {
            logger.Suspected(key.ToString(), because);
            verdicts.NoteSuspicion(key, time.GetUtcNow());
            if (mayAct()) verdicts.Prepare(cluster.Id, cancel);
            var pause = policy.SuspectPause;
            while (!cancel.IsCancellationRequested && HasReplicas(key))
            {
                var replicas = cluster.Topology.ReplicasOf(key).Select(r => LookAsync(r.Key, policy.SuspectTimeout, cancel)).ToArray();
                var suspect = await LookAsync(key, policy.SuspectTimeout, cancel);
                await Task.WhenAll(replicas);
                if (!suspect.Outcome.IsEvidenceOfDeath)
                {
                    logger.Cleared(key.ToString());
                    // What was found and told to others is taken back at once.
                    await JudgeNowAsync(cancel);
                    return;
                }
                if (await JudgeNowAsync(cancel) == Judgement.Final) return;
                await Task.Delay(pause, time, cancel);
                if (pause < (mayAct() ? policy.SuspectPauseMost : policy.ObserverPauseMost)) pause *= 1.5;
            }
        }
        catch (OperationCanceledException)
        {
            // The watch ends.
        }
        finally
        {
            suspects.TryRemove(key, out _);
        }
    }

    /// <summary>
    /// Judges without waiting for the loops of members that nobody has looked at yet: there is cause to, so they are
    /// looked at now. A new member is waited for, because it may be the one replica that hears the primary (S8), and
    /// only for this one probe, because it may be dead.
    /// </summary>
    private async Task<Judgement> JudgeNowAsync(CancellationToken cancel)
    {
        await Task.WhenAll(cluster.NotLookedAt.Select(k => LookAsync(k, policy.ProbeTimeout, cancel)));
        return await verdicts.JudgeAsync(cluster, cancel, mayAct);
    }

    // A process that has just started may be too busy to hear an answer in time: that is no look yet.
    private async Task<Member> FirstLookAsync(InstanceKey key, CancellationToken cancel)
    {
        var started = awake.Now;
        var outcome = await probe.ProbeAsync(key, policy.ProbeTimeout, cancel);
        return outcome is ProbeOutcome.Failed { Kind: ProbeFailureKind.TimedOut }
            ? await LookAsync(key, policy.ProbeTimeout, cancel)
            : cluster.Observe(key, outcome, started);
    }

    private async Task<Member> LookAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel)
    {
        var started = awake.Now;
        var outcome = await probe.ProbeAsync(key, timeout, cancel);
        return cluster.Observe(key, outcome, started);
    }

    private void Follow(Member member)
    {
        var now = member.Now!;
        var topology = cluster.Topology;
        foreach (var link in now.Links.Where(l => !l.IsDetached && topology.SourceOf(l) is null)) Mentioned?.Invoke(link.Source);
        foreach (var key in now.ReportedReplicas.Where(k => topology[k] is null)) Mentioned?.Invoke(key);
    }

    private bool HasReplicas(InstanceKey key) => cluster.Topology.ReplicasOf(key).Length > 0;

    private static string Because(Member member) => member.Outcome is ProbeOutcome.Failed f ? f.Says : "";

    private TimeSpan Pause(Member member, int failures)
    {
        if (failures == 0) return policy.Interval;
        if (member.IsFormerPrimary && member.Outcome.IsDefinite) return policy.FormerPrimaryInterval;
        var backedOff = policy.Interval * Math.Pow(1.5, Math.Min(failures - 1, 20));
        var most = member.IsFormerPrimary ? policy.Interval * 2 : policy.DeadIntervalMost;
        return Least(backedOff, most);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
