using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>A verb that is sent to a server.</summary>
public abstract record ServerStep(StepTarget Target) : PlanStep(Target)
{
    /// <summary>Whether the server is already as this step would make it.</summary>
    public abstract bool IsSatisfiedBy(Instance instance);

    /// <inheritdoc/>
    public override bool IsSatisfiedBy(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology[Target.Key]?.Current is { } instance && IsSatisfiedBy(instance);
    }

    /// <summary>A topology in which this step's server is changed and seen.</summary>
    protected Topology Change(Topology topology, Func<Instance, Instance> change)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(change);
        if (topology[Target.Key] is not { LastKnown: { } known } member) return topology;
        var changed = change(known);
        // What was not known before is not known afterwards.
        ProbeOutcome outcome = member.Outcome is ProbeOutcome.Partly partly
            ? partly with { Instance = changed }
            : new ProbeOutcome.Seen(changed);
        return topology.With(member.With(outcome, topology.TakenAt));
    }

    /// <summary>The link the step is about; null when the server has none.</summary>
    protected ReplicationLink? LinkOf(Instance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.LinkOf(Target.ChannelName);
    }

    /// <summary>Whether the step is about a link: about all of them where it names no channel.</summary>
    protected bool Concerns(ReplicationLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        return Target.ChannelName is not { } channel || link.Channel == channel;
    }

    /// <summary>
    /// The server's links with the one the step is about changed, or added when it has none; other channels stay.
    /// </summary>
    protected ImmutableArray<ReplicationLink> WithLink(Instance instance, InstanceKey source,
        Func<ReplicationLink, ReplicationLink> change)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(change);
        if (LinkOf(instance) is { } link) return instance.Links.Replace(link, change(link));
        var (running, channel) = (ReplicationThread.Running, Target.ChannelName ?? "");
        return instance.Links.Add(change(new(
            ) { Source = source, Channel = channel, Receiver = running, Applier = running }));
    }
}
