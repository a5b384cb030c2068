using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// How all channels of a server are, as one: orchestrator knows one channel, and a server of several is no better than
/// the worst of them.
/// </summary>
/// <param name="Receiver">-1 without a channel, 0 stopped, 1 running, 2 connecting.</param>
/// <param name="Applier">The same.</param>
/// <param name="Lag">The longest; null when one of them does not know, or there is none.</param>
/// <param name="ReceiverError">The first there is; empty when there is none.</param>
/// <param name="ApplierError">The same.</param>
internal sealed record LegacyThreads(int Receiver, int Applier, long? Lag, string ReceiverError, string ApplierError)
{
    private const int None = -1, Stopped = 0, Running = 1, Other = 2;

    public bool Receives => Receiver == Running;

    public bool Applies => Applier == Running;

    public static LegacyThreads Of(ImmutableArray<ReplicationLink> links) => links.IsEmpty
        ? new(None, None, null, "", "")
        : new(
            Worst(links.Select(l => l.Receiver)), Worst(links.Select(l => l.Applier)),
            links.All(l => l.LagSeconds is not null) ? links.Max(l => l.LagSeconds) : null,
            links.Select(l => l.ReceiverError).FirstOrDefault(e => e.Length > 0) ?? "",
            links.Select(l => l.ApplierError).FirstOrDefault(e => e.Length > 0) ?? "");

    private static int Worst(IEnumerable<ReplicationThread> threads)
    {
        ReplicationThread[] all = [.. threads];
        if (all.Contains(ReplicationThread.Stopped)) return Stopped;
        return all.Contains(ReplicationThread.Connecting) ? Other : Running;
    }
}
