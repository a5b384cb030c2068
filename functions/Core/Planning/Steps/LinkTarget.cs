using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Which link of a server a plan means, and the target that names its channel. A server may replicate from several
/// sources; the links that are not meant belong to somebody else and stay as they are (S12).
/// </summary>
public static class LinkTarget
{
    /// <summary>Given to a new link where the default channel leads elsewhere.</summary>
    private const string OwnChannel = "cluster";

    /// <summary>
    /// The link that comes from the first of these sources which the server follows; else its only link from a member
    /// of the cluster; else its only link, unless that is a channel with a name: one that comes from outside of the
    /// cluster was made beside ours and is somebody else's. Null when there is none, or when it cannot be told which
    /// one is meant.
    /// </summary>
    public static ReplicationLink? Meant(Topology topology, Member member, params ReadOnlySpan<InstanceKey> sources)
    {
        ArgumentNullException.ThrowIfNull(topology);
        foreach (var source in sources)
            if (topology.LinkBetween(member, source) is { } link) return link;
        return Within(topology, member) ?? Unnamed(member);
    }

    /// <summary>
    /// The target for the link that is meant (<see cref="Meant"/>), or for a new one on a channel that is free.
    /// </summary>
    public static StepTarget Of(Topology topology, Member member, params ReadOnlySpan<InstanceKey> sources) =>
        Meant(topology, member, sources) is { } link ? Of(member, link) : New(member);

    /// <summary>
    /// The target for a server that is to follow another one for the first time: a link from outside the cluster, even
    /// its only one, is not what is meant.
    /// </summary>
    public static StepTarget Beside(Topology topology, Member member, InstanceKey source)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return (topology.LinkBetween(member, source) ?? Within(topology, member)) is { } link
            ? Of(member, link)
            : New(member);
    }

    /// <summary>
    /// Names the channel of a link. An only link of the default channel is the server's, without a name.
    /// </summary>
    public static StepTarget Of(Member member, ReplicationLink link)
    {
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(link);
        return link.Channel.Length > 0 || Links(member).Length > 1
            ? new StepTarget.Server(member.Key, link.Channel)
            : member.Key;
    }

    private static ImmutableArray<ReplicationLink> Links(Member member) => member.LastKnown?.Links ?? [];

    // It may come from a member by a name that nobody knows here. A detached one was the cluster's.
    private static ReplicationLink? Unnamed(Member member) =>
        Links(member) is [{ Channel.Length: 0 } or { IsDetached: true }] links ? links[0] : null;

    private static ReplicationLink? Within(Topology topology, Member member) =>
        Links(member).Where(l => topology.SourceOf(l) is not null).Take(2).ToArray() is [var only] ? only : null;

    private static StepTarget New(Member member)
    {
        var links = Links(member);
        if (links.IsEmpty) return member.Key;
        return new StepTarget.Server(member.Key, links.Any(l => l.Channel.Length == 0) ? OwnChannel : "");
    }
}
