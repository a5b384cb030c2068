using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Discovering;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>What a discovery answers: a drawing of each cluster for people, a report for programs.</summary>
internal static class DiscoveryAnswer
{
    /// <param name="ran">What was found, or why nothing was looked for.</param>
    public static OperationAnswer Of((Discovery? Found, string Refusal) ran)
    {
        if (ran.Found is not { } found) return OperationAnswer.Refused(ran.Refusal);
        var report = DiscoveryReport.Of(found);
        var says = string.Join('\n', found.Clusters.Select(Drawn));
        var end = report.Problem is not null ? OperationEnd.Refused
            : found.Refusals.IsEmpty ? OperationEnd.Done : OperationEnd.PartlyDone;
        return new OperationAnswer(end, says, report.Problem is { } problem ? new Refusal(problem) : null)
        {
            Value = report,
            Remarks = [.. found.Warnings.Select(w => $"warning: {w}"), .. found.Refusals],
        };
    }

    private static string Drawn(Topology t) =>
        $"{(t.Alias.Length > 0 ? $"{t.Alias} ({t.Cluster})" : t.Cluster.Value)}\n"
        + $"{TopologyText.Draw(t)}\n{TopologyNotes.Of(t, null)}";
}
