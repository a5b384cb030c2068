namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// An operator's word that a server is being worked on. Only one at a time is, and for so long it is in downtime.
/// </summary>
/// <param name="Until">End, exclusive, unless it is ended before.</param>
public sealed record Maintenance(string Owner, string Reason, DateTimeOffset Since, DateTimeOffset Until)
{
    public bool IsActiveAt(DateTimeOffset now) => now < Until;

    /// <summary>What is in force: the maintenance, or a downtime of its own that lasts longer.</summary>
    public static Downtime? Downtime(Maintenance? maintenance, Downtime? declared) =>
        maintenance is null || declared?.Until >= maintenance.Until
            ? declared
            : new Downtime(maintenance.Owner, $"maintenance: {maintenance.Reason}", maintenance.Until);
}
