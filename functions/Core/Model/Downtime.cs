namespace OrchestratorFunctions.Core.Model;

/// <summary>An operator's word that a server or cluster is not to be recovered until an instant.</summary>
/// <param name="Until">End, exclusive.</param>
public sealed record Downtime(string Owner, string Reason, DateTimeOffset Until)
{
    public bool IsActiveAt(DateTimeOffset now) => now < Until;
}
