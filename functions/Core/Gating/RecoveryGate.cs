using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Analyzing.Rules;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>Decides whether to act; asked when a failure is found and again before the first step (S14).</summary>
public static class RecoveryGate
{
    private const string Storage = "access to the storage account";

    private static readonly GateVerdict Go = new GateVerdict.Proceed();

    public static GateVerdict Decide(Analysis analysis, Topology topology, GateInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(inputs);
        if (analysis.Kind is not { } kind)
            return new GateVerdict.Hold($"there is no automatic recovery for {analysis.Code}", "");
        return Switches(inputs)
            ?? Downtimes(analysis.Key, topology, inputs)
            ?? inputs.Filter!.Decide(topology)
            ?? Shared(topology)
            ?? Running(kind, analysis.Key, inputs.Active)
            ?? Limits(kind, analysis, topology, inputs)
            ?? (inputs.Active is { } yielding ? new GateVerdict.Supersede(yielding.Id, yielding.Title) : Go);
    }

    /// <summary>
    /// Whether an operator forbids to go on with a recovery that was left and is taken up now; null when nobody does.
    /// What could not be read forbids nothing here: it was allowed when it began.
    /// </summary>
    public static Refusal? WhyNotGoOn(InstanceKey subject, Topology topology, GateInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.RecoveryEnabled == false) return Disabled;
        return (Downtimes(subject, topology, inputs) ?? inputs.Filter?.Decide(topology))?.Refusal;
    }

    /// <summary>Why too few vantage points agree, by now, that the server is dead; null when enough do.</summary>
    public static Refusal? WhyNotAgreed(InstanceKey subject, GateInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return inputs.Quorum.Decide(inputs.Vantages, subject, inputs.Now)?.Refusal;
    }

    /// <summary>
    /// What would hold a failover that begins by itself and does not hold one that a person asks for: wishes and
    /// limits, not what is seen of the primary.
    /// </summary>
    internal static IEnumerable<Refusal> WishesAndLimits(InstanceKey subject, Topology topology, GateInputs inputs)
    {
        GateVerdict.Hold?[] holds =
        [
            Switches(inputs), Downtimes(subject, topology, inputs), inputs.Filter?.Decide(topology),
            inputs.Recent is { } recent ? inputs.Window.Decide(recent, subject, inputs.Now) : null,
            inputs.Breaker.Decide(inputs.Fleet, topology.Cluster, inputs.Now),
        ];
        return holds.OfType<GateVerdict.Hold>().Select(h => h.Refusal);
    }

    private static Refusal Disabled { get; } = new("recovery is disabled globally", "the command enable-recovery");

    private static GateVerdict.Hold? Switches(GateInputs inputs)
    {
        if (inputs.RecoveryEnabled is null) return new("it could not be read whether recovery is enabled", Storage);
        if (inputs.RecoveryEnabled == false) return new(Disabled);
        if (inputs.Filter is null) return new("the cluster filter is not known", "Recovery:Clusters");
        return inputs.Recent is null ? new("earlier recoveries could not be read", Storage) : null;
    }

    // A failover goes before whatever yields to it. Everything else waits until the cluster is free (S3). The same is
    // done already only for the same server: another former primary that is open goes on being open meanwhile (S1).
    private static GateVerdict.Hold? Running(PlanKind kind, InstanceKey subject, ActiveRecovery? active)
    {
        if (active is null) return null;
        if (active.Kind is not { } running) return new(active.WhyUnreadable!);
        if (kind.IsFailover && running.YieldsToFailover) return null;
        var refusal = new Refusal(
            $"recovery {active.Id} of this cluster is running: {active.Title}", $"the end of recovery {active.Id}");
        var isUnderWay = running == kind && active.Subject == subject;
        return new(refusal, MayPassSoon: !isUnderWay, IsUnderWay: isUnderWay);
    }

    // Both would act on it: one of them opens a server that follows the other's primary.
    private static GateVerdict.Hold? Shared(Topology topology) =>
        topology.Members.FirstOrDefault(m => m.AlsoIn is not null) is { AlsoIn: { } other } shared
            ? new($"{shared.Key} stands in cluster {other} too, and two clusters would act on it", Advice.OneHome)
            : null;

    private static GateVerdict.Hold? Downtimes(InstanceKey subject, Topology topology, GateInputs inputs)
    {
        if (Active(inputs.ClusterDowntime, inputs.Now) is { } ofCluster)
            return new($"the cluster is downtimed {Words(ofCluster)}", "the end of the cluster's downtime");
        return Active(topology[subject]?.Downtime, inputs.Now) is { } ofServer
            ? new($"{subject} is downtimed {Words(ofServer)}", $"the end of the downtime of {subject}")
            : null;
    }

    // A stale writer comes back soon after a failover: neither the anti-flap window nor a flood of failures is a reason
    // to let it write, and nobody else has to see it first. The same is true of ending what a recovery left open: it
    // does not flap. Every other veto holds (S14).
    private static GateVerdict.Hold? Limits(PlanKind kind, Analysis analysis, Topology topology, GateInputs inputs)
    {
        var (recent, now) = (inputs.Recent!.Value, inputs.Now);
        if (!kind.IsFailover) return BlockWindow.DecideRepair(recent, kind, analysis.Key, now);
        return inputs.Window.Decide(recent, analysis.Key, now)
            ?? inputs.Breaker.Decide(inputs.Fleet, topology.Cluster, now)
            ?? inputs.Quorum.Decide(inputs.Vantages, analysis.Key, now);
    }

    private static Downtime? Active(Downtime? downtime, DateTimeOffset now) =>
        downtime?.IsActiveAt(now) == true ? downtime : null;

    private static string Words(Downtime downtime) =>
        $"by {downtime.Owner} until {downtime.Until:u}: {downtime.Reason}";
}
