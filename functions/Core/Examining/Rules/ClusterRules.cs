using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>What is true of a cluster as a whole.</summary>
internal static class ClusterRules
{
    private const string ProblemMeans = "analysis names a problem that stands now";

    public static ImmutableArray<ExaminationRule<ExaminedCluster>> Rows { get; } =
    [
        new(ProblemStands, Severe, ProblemMeans, c => Problems(c, a => a.Severity != Severity.Warning)),
        new(ProblemStands, Warning, ProblemMeans, c => Problems(c, a => a.Severity == Severity.Warning)),
        new(NoSinglePrimary, Severe, "it is not clear which server is the primary, so none is replaced by itself",
            c => When(c, c.Topology.Primary is null, "it is not clear which server is the primary",
                Fix.Advice("all but one of the servers that follow nobody moved below it (relocate), or split off"))),
        new(NoReplica, Severe, "nobody follows the primary, so nothing can replace it",
            c => When(c, c.Topology.Primary is { } primary && !c.Topology.HasReplicas(primary.Key),
                $"nobody follows {c.Topology.Primary?.Key}: nothing can replace it", Fix.Advice("a replica"))),
        new(FailoverWouldFail, Severe, "a failover was rehearsed on what was seen and would not succeed",
            c => When(c, c.Failover is { IsSuccess: false },
                $"a failover would not succeed now: {c.Failover?.WhyNot?.Because}",
                Fix.Advice(c.Failover?.WhyNot?.Remedy is { Length: > 0 } remedy ? remedy : "what the reason names"))),
        new(OneDataCenter, Hint, "all servers of the cluster stand in one data centre", InOnePlace),
        new(DowntimeLong, Warning, "a downtime goes on for more than a day: nothing is recovered meanwhile", Downtimes),
    ];

    // Those that a row of the doctor tells with its own fix, or that follow from one.
    private static readonly ImmutableHashSet<AnalysisCode> Told =
    [
        AnalysisCode.PrivilegesMissing, AnalysisCode.ReplicationAccountMissing, AnalysisCode.OfflineMode,
        AnalysisCode.EventsNotRunning, AnalysisCode.EventsOnReplica, AnalysisCode.AckerForgetsAtRestart,
        AnalysisCode.SeenInPart, AnalysisCode.ReplicaStopped,
    ];

    private static IEnumerable<Observation> Problems(ExaminedCluster c, Func<Analysis, bool> isMeant) =>
        c.Analyses.Where(a => !Told.Contains(a.Code) && isMeant(a)).Select(a => new Observation(
            a.Key.ToString(), $"{a.Code}: {a.Sentence}",
            a.Advice.Length > 0 ? [Fix.Advice(a.Advice)] : [Fix.Advice("a plan that begins by itself")]));

    private static IEnumerable<Observation> When(ExaminedCluster c, bool holds, string says, Fix fix) =>
        holds ? [new(c.Name, says, [fix])] : [];

    // Of a server whose place is not known nothing is said.
    private static IEnumerable<Observation> InOnePlace(ExaminedCluster c)
    {
        string[] places = [.. c.Topology.Members.Select(m => m.LastKnown?.Location.DataCenter ?? "")];
        var isOne = places.Length > 1 && places.Distinct(StringComparer.OrdinalIgnoreCase).Count() == 1;
        return When(c, isOne && places[0].Length > 0,
            $"all of its {places.Length} servers stand in data centre '{places.FirstOrDefault()}'",
            Fix.Advice("a replica in another data centre"));
    }

    private static IEnumerable<Observation> Downtimes(ExaminedCluster c)
    {
        var until = c.Topology.TakenAt + c.Terms.DowntimeMost;
        if (c.Downtime is { } whole && whole.IsActiveAt(until)) yield return Down(c.Name, whole, c.Name);
        foreach (var member in c.Topology.Members)
            if (member.Downtime is { } own && own.IsActiveAt(until))
                yield return Down(member.Key.ToString(), own, member.Key.ToString());
    }

    private static Observation Down(string subject, Downtime downtime, string name) => new(subject,
        $"it is in downtime until {downtime.Until:u}, by {downtime.Owner}: {downtime.Reason}",
        [Fix.Command($"undowntime {name}"), Fix.Advice($"or, where it is a maintenance: end-maintenance {name}")]);
}
