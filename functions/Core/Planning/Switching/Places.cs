using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Planning.Switching;

/// <summary>
/// Who follows whom during a planned switch, and the step that makes a server follow. A link that leads there already
/// is started, not pointed, so that what was received and not applied stays; and a thread that somebody else stopped
/// stays stopped.
/// </summary>
internal sealed record Places(Recovery Recovery, Topology Topology)
{
    private RecoveryPolicy Policy => Recovery.Policy;

    /// <summary>It receives from that server, or is about to; whether it applies is another question.</summary>
    public bool Follows(Member member, InstanceKey source) =>
        Topology.LinkBetween(member, source) is { AutoPosition: true, Receiver: not ReplicationThread.Stopped };

    /// <summary>What makes a seen server follow another; null when it does, or would forget what it received.</summary>
    public PlannedStep? Take(Member member, InstanceKey source, Tolerance tolerance)
    {
        if (Topology.LinkBetween(member, source) is { AutoPosition: true } there)
            return Start(member, there, Threads(member), $"it follows {source}", tolerance);
        var target = LinkTarget.Beside(Topology, member, source);
        var link = member.Current!.LinkOf(target.ChannelName);
        if (link is not null && WhyNotDiscard(member, link, source) is not null) return null;
        var removed = Recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).OfType<ForgetSource>();
        var threads = Threads(member);
        var point = new PointTo(target, source)
        {
            Threads = threads, WasReceiving = StartReplication.OfReceivers(threads),
            Tls = link is null ? removed.LastOrDefault()?.Tls : null,
        };
        return new(point, tolerance, Policy.StepTimeout, $"it follows {source}");
    }

    /// <summary>What cuts a server from its source; the step remembers how that link used TLS.</summary>
    public ForgetSource Forget(Member member, InstanceKey source)
    {
        var link = LinkTarget.Meant(Topology, member, source);
        var forget = ForgetSource.Of(LinkTarget.Of(Topology, member, source), link);
        return forget with { Tls = Topology.LinkBetween(member, source)?.Tls };
    }

    /// <summary>Starts a link that leads where it should; null when it runs.</summary>
    public PlannedStep? Start(
        Member member, ReplicationLink link, ReplicationThreads threads, string because,
        Tolerance tolerance = Tolerance.BestEffort)
    {
        var start = new StartReplication(LinkTarget.Of(member, link)) { Threads = threads };
        return start.IsSatisfiedBy(member.Current!) ? null : new(start, tolerance, Policy.StepTimeout, because);
    }

    /// <summary>Why it does not take part in replication from the new primary; empty when it does.</summary>
    public string WhyLost(Member member, Member primary)
    {
        if (!member.IsSeen) return "cannot be reached";
        if (Follows(member, primary.Key) && Topology.LinkBetween(member, primary.Key) is { } follows)
            return Connection.WhyNot(follows) is { Length: > 0 } why ? why : WhyNotApplying(follows);
        if (ThreadsAsTheyWere.IsReceiverStopped(Topology.LinkBetween(member, primary.Key)))
            return "its receiver is stopped";
        var link = LinkTarget.Meant(Topology, member);
        return CanFollow.WhyNot(Topology, member, primary).FirstOrDefault()?.Because
            ?? (link is null ? null : WhyNotDiscard(member, link, primary.Key)) ?? "does not follow the new primary";
    }

    /// <summary>
    /// What is started on it: no thread that stood still without an error before this plan touched the server.
    /// </summary>
    public ReplicationThreads Threads(Member member) =>
        ThreadsAsTheyWere.Threads(Recovery, Topology, member.Key, LinkTarget.Meant(Topology, member));

    /// <summary>The steps this plan has about a server.</summary>
    public IEnumerable<PlanStep> Sent(InstanceKey key) =>
        Recovery.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step).Where(s => s.Target.Key == key);

    private string? WhyNotDiscard(Member member, ReplicationLink link, InstanceKey source) =>
        UnappliedTransactions.WhyNotDiscard(member.Current!, link, Topology[source]?.Current)?.Because;

    private static string WhyNotApplying(ReplicationLink link) => link switch
    {
        { Applier: not ReplicationThread.Stopped } => "",
        { ApplierErrorNumber: 0 } => "its applier is stopped",
        _ => $"its applier stopped with error {link.ApplierErrorNumber}",
    };

    /// <summary>What a replica has to have; a MariaDB replica compares positions, one per domain.</summary>
    public static GtidPosition PositionOf(Instance instance) =>
        instance.Gtid.Executed is MariaDbGtidSet state ? state.LatestPerDomain() : instance.Gtid.Executed;

    /// <summary>
    /// It has received what was written beyond a point: somebody opened its source, clients were answered, and what is
    /// not applied is thrown away with the link.
    /// </summary>
    public bool HasReceivedMore(Member member, InstanceKey source, GtidPosition point) =>
        Topology.LinkBetween(member, source) is { Received: { } received }
        && received.GetType() == point.GetType() && !point.Contains(OfCluster(received, source));

    private GtidPosition OfCluster(GtidPosition received, InstanceKey source) =>
        Topology[source] is { } primary ? ClusterDomains.Of(Topology, primary).In(received) : received;
}
