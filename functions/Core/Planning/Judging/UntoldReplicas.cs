using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Judging;

/// <summary>
/// Servers that do not tell whom they follow now, and told it last before another one became the primary: they may
/// follow it since, hear it and acknowledge to it (S4, S8, S16).
/// </summary>
public static class UntoldReplicas
{
    /// <summary>Whether a server may follow a source that it did not name when it told last.</summary>
    public static bool MayFollow(Topology topology, Member member, Member source)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(source);
        return member is { Current: { KnowsLinks: false } now } && member.Key != source.Key
            && topology.LinkBetween(member, source.Key) is null
            && topology.Ledger.Of(source.Key).OfType<LedgerEntry.Writer>()
                .Any(w => now.StaleSince is not { } at || at < w.At);
    }
}
