using System.Text.Json.Serialization;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// What our own account is not allowed on a server and steps need, as the server itself names it
/// (<c>SUPER, RELOAD</c>). Source: SHOW GRANTS.
/// </summary>
/// <param name="ForReplication">To stop, start and point replication; empty when nothing is missing.</param>
/// <param name="ForRole">
/// To make it writable or read-only, to have it forget its source, to give it a semi-sync role; empty when nothing is
/// missing.
/// </param>
public sealed record MissingPrivileges(string ForReplication, string ForRole)
{
    /// <summary>
    /// To see all scheduled events and to enable them; null when nothing is missing. No plan fails without them, so
    /// they are not among <see cref="All"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ForEvents { get; init; }

    public static MissingPrivileges None { get; } = new("", "");

    /// <summary>All that a plan fails without; empty when nothing is missing.</summary>
    public string All => string.Join(", ", new[] { ForReplication, ForRole }.Where(p => p.Length > 0));
}
