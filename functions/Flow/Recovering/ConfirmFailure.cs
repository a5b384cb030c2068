using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>What a fresh look says of a failure.</summary>
/// <param name="Analysis">The problem as it stands now; null when it does not stand (any more), for the reason given.</param>
internal sealed record Confirmation(Topology Topology, Downtime? Downtime, Analysis? Analysis, string Because);

/// <summary>
/// A failure that came by message was true when it was sent, by somebody else and maybe a while ago. Whoever takes it up looks until the
/// picture is clear again: a primary that recovered meanwhile, or that only this process cannot reach, is not replaced (S8).
/// </summary>
internal sealed class ConfirmFailure(LiveTopology live, WatchPolicy watch, TimeProvider time)
{
    /// <summary>Silence has to be seen for as long as at its first finding, and replicas need some heartbeats to notice.</summary>
    private TimeSpan Patience => (watch.Detection.SilenceConfirmation * 3) + TimeSpan.FromSeconds(10);

    /// <summary>Null when no such cluster is stored.</summary>
    public async Task<Confirmation?> RunAsync(Failure failure, CancellationToken cancel)
    {
        var (awake, began) = (new AwakeClock(time), time.GetTimestamp());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var ticking = awake.RunAsync(stop.Token);
        try
        {
            if (await live.ReadAsync(failure.Cluster, TimeoutFor(failure), cancel) is not var (topology, downtime)) return null;
            while (true)
            {
                var analyses = Analyzer.Analyze(topology, watch.Detection);
                if (analyses.FirstOrDefault(a => a.Key == failure.Subject && a.Remedy == failure.Remedy) is { } standing) return new(topology, downtime, standing, "");
                if (topology[failure.Subject] is not { Outcome.IsEvidenceOfDeath: true } || WasReplaced(failure, topology) || time.GetElapsedTime(began) > Patience)
                    return new(topology, downtime, null, Because(failure, topology, analyses.FirstOrDefault(a => a.Key == failure.Subject)));
                await Task.Delay(watch.SuspectPauseMost, time, cancel);
                topology = await LookAsync(topology, failure, awake.Now, cancel);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await ticking.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task<Topology> LookAsync(Topology topology, Failure failure, TimeSpan failingFor, CancellationToken cancel)
    {
        var involved = topology.ReplicasOf(failure.Subject).Select(r => r.Key).Append(failure.Subject);
        topology = await live.LookAsync(topology, involved, TimeoutFor(failure), cancel);
        var subject = topology[failure.Subject]!;
        return subject.Outcome.IsEvidenceOfDeath ? topology.With(subject with { FailingFor = failingFor }) : topology;
    }

    private Func<InstanceKey, TimeSpan> TimeoutFor(Failure failure) => key => key == failure.Subject ? watch.SuspectTimeout : watch.ProbeTimeout;

    private static bool WasReplaced(Failure failure, Topology topology) =>
        failure.Remedy == Remedy.ReplacePrimary && topology[failure.Subject] is { IsFormerPrimary: true };

    private static string Because(Failure failure, Topology topology, Analysis? now) =>
        topology[failure.Subject] is null ? $"{failure.Subject} is no longer a member of the cluster"
        : WasReplaced(failure, topology) ? $"{failure.Subject} has been replaced as the primary meanwhile"
        : now is null ? $"nothing is wrong with {failure.Subject} when looked at again"
        : $"looked at again, {failure.Code} does not stand: {string.Join("; ", now.Because)}";
}
