using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Steps;

/// <summary>
/// Points a replica whose threads stand still at a name that cannot exist: <c>//</c> before its source's name. A start
/// by mistake or by a restart leads nowhere, and the source is still known (orchestrator's detach).
/// </summary>
/// <param name="Source">The source it had.</param>
public sealed record Detach(StepTarget Target, InstanceKey Source) : ServerStep(Target)
{
    /// <summary>Whom a detached link came from; its source as it stands where it is not detached.</summary>
    public static InstanceKey SourceOf(ReplicationLink link)
    {
        ArgumentNullException.ThrowIfNull(link);
        var (host, no) = (link.Source.Host, InstanceKey.NoHost);
        return host.StartsWith(no, StringComparison.Ordinal) && host.Length > no.Length
            ? new(host[no.Length..], link.Source.Port)
            : link.Source;
    }

    public override string Says => $"Detach {Target} from {Source}";

    public override bool IsSatisfiedBy(Instance instance) =>
        instance.KnowsLinks && LinkOf(instance) is { IsDetached: true };

    public override Topology Effect(Topology topology) => Change(topology, i => LinkOf(i) is { } link
        ? i with
        {
            Links = i.Links.Replace(link, link with
            {
                Source = new(InstanceKey.NoHost + Source.Host, Source.Port), IsDetached = true, LagSeconds = null,
                Received = null, ReadPosition = null, ExecutedPosition = null,
            }),
        }
        : i);
}
