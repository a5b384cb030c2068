using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Transactions that a server was seen to have received and later was seen without: its relay log was given up before
/// it was applied, by a restart or by a statement. It may have acknowledged them.
/// </summary>
/// <param name="At">When the server was first seen without them.</param>
public sealed record Forgotten(GtidPosition What, DateTimeOffset At)
{
    /// <summary>
    /// What was forgotten longer ago is not added to what is forgotten now: it belongs to another incident.
    /// </summary>
    private static readonly TimeSpan OneIncident = TimeSpan.FromMinutes(10);

    /// <summary>What is forgotten after a newer sighting; null when nothing is.</summary>
    public static Forgotten? After(Instance? before, Instance now, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (before is null) return null;
        var older = StillMissing(before.Forgotten, now);
        var newer = StillMissing(new Forgotten(before.AllReceived, at), now);
        if (newer is null || older is null) return newer ?? older;
        return older.At + OneIncident < at ? newer : newer with { What = newer.What.Union(older.What) };
    }

    private static Forgotten? StillMissing(Forgotten? had, Instance now)
    {
        if (had is null || had.What.GetType() != now.AllReceived.GetType()) return null;
        var missing = had.What.Beyond(now.AllReceived);
        return missing.IsEmpty ? null : had with { What = missing };
    }
}
