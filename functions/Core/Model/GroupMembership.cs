namespace OrchestratorFunctions.Core.Model;

/// <summary>A server's place in a replication group (<c>performance_schema.replication_group_members</c>).</summary>
public sealed record GroupMembership(string Name, string State, string Role)
{
    public bool IsPrimary => Role.Equals("PRIMARY", StringComparison.OrdinalIgnoreCase);
}
