using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Rehearsing;

/// <summary>
/// What a plan will ask of servers on the day, and nobody could check beforehand: a rehearsal that ends well says
/// nothing of it. From which hosts the replication account may log in is never asked, and does not stand here.
/// </summary>
public static class NotChecked
{
    /// <summary>One sentence each, with the server and what would tell; empty when everything was checked.</summary>
    /// <param name="plan">A rehearsed recovery.</param>
    /// <param name="topology">The cluster as the rehearsal began on it.</param>
    public static ImmutableArray<string> Of(Recovery plan, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(topology);
        PlanStep[] steps = [.. plan.Stages.SelectMany(s => s.Stage.Steps).Select(s => s.Step)];
        var acted = steps.OfType<ServerStep>().Select(s => s.Target.Key).Distinct();
        var sources = steps.OfType<PointTo>().Where(to => !Follows(topology[to.Target.Key], to.Source))
            .Select(to => to.Source).Distinct();
        return
        [
            .. acted.Where(key => topology[key]?.LastKnown is not { Missing: not null })
                .Select(key => $"whether our account may do its part on {key}: "
                    + "it did not answer SHOW GRANTS"),
            .. sources.Where(key => topology[key]?.LastKnown is not { ReplicationAccount: not null })
                .Select(key => $"whether {key} lets replicas log in: our account may not read mysql.user there "
                    + "(docs/operations.md, Privileges)"),
            .. steps.OfType<PointTo>().Where(to => IsPlainLink(topology, to)).Select(to => to.Target.Key).Distinct()
                .Select(key => $"whether {key} will use TLS, which its new source asks for: "
                    + "no link of the cluster does, so MySql:ReplicationTls decides"),
            .. steps.OfType<RunHook>().Where(h => h is { IsBefore: true, IsInBackground: false })
                .Select(h => $"what the hook {h.Name} says ({HookPoints.NameOf(h.Point)}): "
                    + "it is not run in a rehearsal, and it may keep the plan from beginning"),
            .. WithUnknownEvents(plan, topology)
                .Select(key => $"which scheduled events of {key} the new primary has to run: "
                    + "our account does not see all of them (EVENT on all databases), or there are more than "
                    + "1000"),
        ];
    }

    private static IEnumerable<InstanceKey> WithUnknownEvents(Recovery plan, Topology topology) =>
        plan is { Outcome: RecoveryOutcome.Promoted, Policy.Events: EventHandling.Enable }
            && topology[plan.Subject]?.LastKnown is { Events: null }
                ? [plan.Subject]
                : [];

    // A MySQL receiver takes TLS also when its link does not ask for it.
    private static bool IsPlainLink(Topology topology, PointTo to) =>
        topology[to.Target.Key]?.LastKnown is { Links.IsEmpty: true, Version.IsMariaDb: true }
        && topology[to.Source]?.LastKnown is { RequiresTls: true }
        && !topology.Members.SelectMany(m => m.LastKnown?.Links ?? []).Any(l => l.Tls is not null);

    // It has logged in there already.
    private static bool Follows(Member? member, InstanceKey source) =>
        member?.LastKnown?.Links.Any(l => l.Source == source && l.Receiver == ReplicationThread.Running) == true;
}
