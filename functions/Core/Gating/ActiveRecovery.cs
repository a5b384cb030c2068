using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Gating;

/// <summary>The recovery of a cluster that has not ended: no other one begins beside it (S3).</summary>
/// <param name="Kind">Null when the record cannot be read.</param>
/// <param name="Subject">The server it is about; null when the record cannot be read.</param>
/// <param name="Title">What it is, for the middle of a sentence; empty when the record cannot be read.</param>
/// <param name="WhyUnreadable">
/// Why this version cannot go on with it, and what would free the cluster; null when it can.
/// </param>
public sealed record ActiveRecovery(
    string Id, PlanKind? Kind, InstanceKey? Subject, string Title, Refusal? WhyUnreadable = null)
{
    public static ActiveRecovery Of(Recovery recovery)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        var title = recovery.Kind.Title(recovery.Subject, recovery.Target);
        return new(recovery.Id, recovery.Kind, recovery.Subject, title);
    }

    /// <param name="what">What cannot be read, for the middle of a sentence.</param>
    /// <param name="writtenBy">The version of this program that wrote it; empty when the record does not say.</param>
    public static ActiveRecovery Unreadable(string id, string what, string writtenBy)
    {
        var by = writtenBy.Length > 0 ? $"version {writtenBy}" : "a version that does not say its number";
        return new(id, null, null, "", new Refusal(
            $"recovery {id} of this cluster has not ended, and this version cannot read its record ({what}); "
            + $"{by} wrote it",
            $"{by}, which can end it; or acknowledgement of recovery {id}, after which nobody goes on with it"));
    }
}
