using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// Counts and times every look at a server; what is found is what the probe beneath finds. What is practised on is
/// looked at past it: it is no server of anybody.
/// </summary>
internal sealed class CountedProbe(IInstanceProbe probe, TimeProvider time) : IInstanceProbe
{
    public async Task<ProbeOutcome> ProbeAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var outcome = await probe.ProbeAsync(key, timeout, cancel);
        DetailTelemetry.Probed(outcome, time.GetElapsedTime(began));
        return outcome;
    }

    public Task<string?> AmbiguityAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) =>
        probe.AmbiguityAsync(key, timeout, cancel);

    public Task<ImmutableArray<string>> ReplicaHostsAsync(
        InstanceKey source, TimeSpan timeout, CancellationToken cancel) =>
        probe.ReplicaHostsAsync(source, timeout, cancel);

    public Task<LogsRead> SearchLogsAsync(
        InstanceKey key, LogSearch search, TimeSpan timeout, CancellationToken cancel) =>
        probe.SearchLogsAsync(key, search, timeout, cancel);

    public void Forget(InstanceKey key) => probe.Forget(key);
}
