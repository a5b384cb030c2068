using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Recovering;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.SelfTest;

/// <summary>
/// Practises once in a process: a whole failover of servers made of data, a server that refuses connections, then the
/// failover of every watched cluster as a rehearsal. The code that must be fast on the worst day has then run before,
/// and what would not work is named while there is time. Watching comes first: a process that watches practises after
/// its first look at everybody, at once when no cluster is known, and one that stands by after half a minute.
/// </summary>
public sealed class WarmUp(
    FlowPorts ports, PracticeFailover practice, RunOperation command, WatchShards watch, TimeProvider time,
    ILogger logger)
{
    /// <summary>
    /// Nothing listens there (tcpmux, port 1): what a refused connection costs the first time is paid now.
    /// </summary>
    private static readonly InstanceKey Nobody = new("127.0.0.1", 1);

    /// <summary>
    /// A process that stands by looks at nobody, and practises all the same after this: it may have to act at once one
    /// day.
    /// </summary>
    private static readonly TimeSpan StandingByMost = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PauseFirst = TimeSpan.FromMilliseconds(100), PauseMost = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int Rounds = 5;

    private int begun;

    /// <summary>
    /// Practises, unless this process has before. Says what would not work to the log; throws nothing.
    /// </summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref begun, 1) != 0) return;
        try
        {
            await UntilAsync(MayPractise, cancel);
            await OrSayAsync("a failover of servers made of data", () => PractiseAsync(cancel), cancel);
            await OrSayAsync("a server that refuses connections", () => MeetNobodyAsync(cancel), cancel);
            await OrSayAsync("a session that is lost", () => ports.Sessions.PractiseLossAsync(cancel), cancel);
            await UntilAsync(_ => MayRehearse, cancel);
            var watched = watch.Topologies;
            foreach (var t in watched)
                await OrSayAsync($"a rehearsal of cluster {t.Cluster}", () => RehearseAsync(t, cancel), cancel);
            logger.Practised(watched.Length);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // The time lent to this process is over: it practises when it is lent some again.
            Volatile.Write(ref begun, 0);
        }
    }

    /// <summary>
    /// The same for a command that is about to block writes: what it costs is paid before. Returns a sentence when the
    /// practice did not succeed, else nothing; throws only when it is cancelled, because the takeover goes on anyway.
    /// </summary>
    public async Task<string> BeforeTakeoverAsync(ClusterId cluster, CancellationToken cancel)
    {
        string[] problems =
        [
            await ProblemOfAsync("a failover of servers made of data", () => PractiseOnceAsync(cancel), cancel),
            await ProblemOfAsync("a rehearsal of this takeover", () => PrepareAsync(cluster, cancel), cancel),
        ];
        return string.Join("; ", problems.Where(p => p.Length > 0));
    }

    private async Task<string> PractiseOnceAsync(CancellationToken cancel)
    {
        var (outcome, _) = await practice.RunAsync(cancel);
        return outcome is { IsSuccess: false } ? $"practice failover: {outcome.Says}" : "";
    }

    private async Task<string> PrepareAsync(ClusterId cluster, CancellationToken cancel)
    {
        if (await command.ReadAsync(cluster, cancel) is null) return "";
        await RehearseAsync(cluster, PlanKinds.Takeover, cancel);
        return "";
    }

    private static async Task<string> ProblemOfAsync(string what, Func<Task<string>> act, CancellationToken cancel)
    {
        try
        {
            return await act();
        }
        catch (Exception e)
        {
            cancel.ThrowIfCancellationRequested();
            return $"Self-test before the takeover: {what} failed: {Log.FirstLine(e)}";
        }
    }

    // Where another process watches there is nothing to look at, and it may go on so for good.
    private bool MayPractise(TimeSpan waited)
    {
        var watched = watch.Topologies;
        var knowsWhatToWatch = !watched.IsEmpty || watch.IsWatching;
        return watched.All(LiveCluster.ShowsLooks) && (knowsWhatToWatch || waited >= StandingByMost);
    }

    private bool MayRehearse => watch.Topologies is { IsEmpty: false } all && all.All(LiveCluster.ShowsLooks);

    private async Task UntilAsync(Func<TimeSpan, bool> holds, CancellationToken cancel)
    {
        var (start, pause) = (time.GetTimestamp(), PauseFirst);
        while (!holds(time.GetElapsedTime(start)))
        {
            await Task.Delay(pause, time, cancel);
            if (pause < PauseMost) pause *= 1.5;
        }
    }

    // Twice: the first time compiling takes longer than the store needs to answer, so that code finds its answers
    // there; the second time it waits for them, as on the worst day, and that is other code.
    private async Task PractiseAsync(CancellationToken cancel)
    {
        _ = await practice.RunAsync(cancel);
        var (outcome, queueProblem) = await practice.RunAsync(cancel);
        if (outcome is { IsSuccess: false }) logger.PracticeFailed(outcome.Says);
        if (queueProblem.Length > 0) logger.QueueUnusable(queueProblem);
    }

    // What a failover of a crashed server does first: it looks, and it fences.
    private async Task MeetNobodyAsync(CancellationToken cancel)
    {
        var nobody = new Topology(PracticeCluster.Id, time.GetUtcNow(), []);
        _ = await ports.Probe.ProbeAsync(Nobody, Patience, cancel);
        _ = await ports.Steps.RunAsync(BestEffort(new Fence(Nobody)), nobody, StepTerms.Always, cancel);
        ports.Probe.Forget(Nobody);
    }

    private async Task RehearseAsync(Topology topology, CancellationToken cancel)
    {
        var name = topology.Alias.Length > 0 ? topology.Alias : topology.Cluster.Value;
        var plan = await RehearseAsync(topology.Cluster, PlanKinds.DeadPrimary, cancel);
        if (plan is not { Outcome: { } outcome }) return;
        if (!outcome.IsSuccess) logger.WouldNotSucceed(name, outcome.Says);
        else if (plan.Choice is { } choice) logger.WouldSucceed(name, $"{choice.Candidate}", outcome.Says);
    }

    private async Task<Recovery?> RehearseAsync(ClusterId cluster, PlanKind kind, CancellationToken cancel)
    {
        var (plan, start) = await command.PlanAsync(cluster, kind, null, cancel);
        if (plan is null || start is null) return null;
        await Task.WhenAll(Seen(start).Select(m => PractiseOnAsync(m, start, cancel)));
        _ = RecoveryText.Tell(plan, planned => ports.Steps.Preview(planned.Step, start));
        _ = Notices.Of(plan);
        _ = JsonSerializer.Deserialize<Recovery>(JsonSerializer.Serialize(plan, CoreJson.Options), CoreJson.Options);
        return plan;
    }

    private async Task PractiseOnAsync(Member member, Topology topology, CancellationToken cancel)
    {
        var terms = StepTerms.Always with { Beside = [new StepWarrant(member.Key, TimeSpan.Zero)] };
        await ports.Steps.RunAsync(Nothing(member), topology, terms, cancel);
        // At first the code takes longer than the server's answers, so that it finds them there.
        for (var i = 0; i < Rounds; i++) await ports.Steps.PractiseAsync(member.Key, Patience, cancel);
    }

    private async Task OrSayAsync(string what, Func<Task> act, CancellationToken cancel)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            logger.SelfTestFailed(what, Log.FirstLine(e));
        }
    }

    private static IEnumerable<Member> Seen(Topology topology) => topology.Members.Where(m => m.IsSeen);

    // Everything has applied nothing: a step that is always true already, so that the way to a step is walked and no
    // statement is sent.
    private static PlannedStep Nothing(Member member) =>
        BestEffort(new WaitUntilApplied(member.Key, GtidPosition.EmptyFor(member.Current!.Version.Flavor)));

    private static PlannedStep BestEffort(PlanStep step) => new(step, Tolerance.BestEffort, Patience, "practice");
}
