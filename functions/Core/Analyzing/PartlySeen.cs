using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>
/// What a server did not answer when it was seen in part, in the server's own words where they are known.
/// </summary>
public static class PartlySeen
{
    /// <summary>Empty for a server that was seen whole, or not at all.</summary>
    public static ImmutableArray<string> Of(Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (member.Outcome is ProbeOutcome.Partly partly) return partly.Missing;
        // What the store keeps of it names the parts, and not why.
        var stale = member.Current?.Stale ?? InstanceParts.None;
        return stale == InstanceParts.None ? [] : [.. Parts.Where(p => stale.HasFlag(p.Part)).Select(p => p.Says)];
    }

    private static readonly (InstanceParts Part, string Says)[] Parts =
    [
        (InstanceParts.Replication, "replication state"),
        (InstanceParts.Silence, "time since the source was heard"),
        (InstanceParts.BinaryLogPosition, "binary log position"),
        (InstanceParts.ReportedReplicas, "replicas it names"),
        (InstanceParts.SemiSync, "semi-sync settings and state"),
        (InstanceParts.RelayLog, "relay log settings"),
        (InstanceParts.Uptime, "uptime"),
        (InstanceParts.Group, "group membership"),
        (InstanceParts.Place, "data centre and region"),
        (InstanceParts.ReadOnlyOrigin, "why it is read-only"),
        (InstanceParts.Rights, "what our account may do there, and whom it lets in"),
    ];
}
