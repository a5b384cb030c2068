using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Recovering;

/// <summary>What a fresh look says of a failure.</summary>
/// <param name="Analysis">The problem as it stands now; null when it does not stand (any more), for the reason
/// given.</param>
internal sealed record Confirmation(Topology Topology, Downtime? Downtime, Analysis? Analysis, string Because);

/// <summary>
/// A failure that came by message was true when it was sent, by somebody else and maybe a while ago. Whoever takes it
/// up looks until the picture is clear again: a primary that recovered meanwhile, or that only this process cannot
/// reach, is not replaced (S8).
/// </summary>
internal sealed class ConfirmFailure(ReadTopology live, WatchPolicy watch, TimeProvider time)
{
    private static readonly TimeSpan PatienceMost = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often it is read again what is stored: somebody else may be replacing the primary at this moment.
    /// </summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Silence has to be seen for as long as at its first finding, and replicas, whose counters are new to us, miss
    /// some heartbeats first.
    /// </summary>
    private TimeSpan PatienceFor(Failure failure, Topology topology)
    {
        var links = topology.ReplicasOf(failure.Subject).Select(r => topology.LinkBetween(r, failure.Subject));
        var beat = links.Select(l => l?.HeartbeatInterval ?? TimeSpan.Zero).DefaultIfEmpty().Max();
        var patience = (watch.Detection.SilenceConfirmation * 3)
            + (beat * (watch.Detection.MissedHeartbeats + 1)) + TimeSpan.FromSeconds(10);
        return patience < PatienceMost ? patience : PatienceMost;
    }

    /// <summary>Null when no such cluster is stored.</summary>
    public async Task<Confirmation?> RunAsync(Failure failure, CancellationToken cancel)
    {
        if (await live.ReadAsync(failure.Cluster, TimeoutFor(failure), cancel) is not var (topology, downtime))
            return null;
        var (awake, began, readAt) = (new StallAwareClock(time), time.GetTimestamp(), time.GetTimestamp());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var ticking = awake.RunAsync(stop.Token);
        try
        {
            TimeSpan? failingSince = null;
            while (true)
            {
                var analyses = Analyzer.Analyze(topology, watch.Detection);
                if (analyses.FirstOrDefault(a => a.Key == failure.Subject && a.Kind == failure.Kind) is { } standing)
                    return new(topology, downtime, standing, "");
                // What says nothing about the server, a name that does not resolve for a moment, is looked at again
                // too.
                if (topology[failure.Subject] is not { Outcome.ShowsLife: false } || WasReplaced(failure, topology)
                    || time.GetElapsedTime(began) > PatienceFor(failure, topology))
                    return new(topology, downtime, null, Because(
                        failure, topology, analyses.FirstOrDefault(a => a.Key == failure.Subject)));
                // Only an unbroken row of looks that are evidence counts: the unknown in between starts it anew (S16).
                failingSince = topology[failure.Subject]!.Outcome.IsEvidenceOfDeath ? failingSince ?? awake.Now : null;
                await Task.Delay(watch.SuspectPauseMost, time, cancel);
                if (time.GetElapsedTime(readAt) < ReadAgainAfter) topology = await LookAsync(topology, failure, cancel);
                else if (await live.ReadAsync(failure.Cluster, TimeoutFor(failure), cancel) is var (again, declared))
                    (topology, downtime, readAt) = (again, declared, time.GetTimestamp());
                else return null;
                if (failingSince is { } since
                    && topology[failure.Subject] is { Outcome.IsEvidenceOfDeath: true } subject)
                    topology = topology.With(subject with { FailingFor = awake.Now - since });
            }
        }
        finally
        {
            await stop.CancelAsync();
            await ticking.Ended();
        }
    }

    private Task<Topology> LookAsync(Topology topology, Failure failure, CancellationToken cancel)
    {
        var keys = topology.ReplicasOf(failure.Subject).Select(r => r.Key).Append(failure.Subject);
        return live.LookAsync(topology, keys, TimeoutFor(failure), cancel);
    }

    private Func<InstanceKey, TimeSpan> TimeoutFor(Failure failure) =>
        key => key == failure.Subject ? watch.SuspectTimeout : watch.ProbeTimeout;

    private static bool WasReplaced(Failure failure, Topology topology) =>
        failure.Kind.IsFailover && topology[failure.Subject] is { IsFormerPrimary: true };

    private static string Because(Failure failure, Topology topology, Analysis? now) =>
        topology[failure.Subject] is null ? $"{failure.Subject} is no longer a member of the cluster"
        : WasReplaced(failure, topology) ? $"{failure.Subject} has been replaced as the primary meanwhile"
        : now is null ? $"nothing is wrong with {failure.Subject} when looked at again"
        : $"looked at again, {failure.Code} does not stand: {string.Join("; ", now.Because)}";
}
