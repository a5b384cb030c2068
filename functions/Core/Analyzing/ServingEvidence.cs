using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Analyzing;

/// <summary>Says what was observed of a server that could be written and cannot serve, to be checked by hand.</summary>
public static class ServingEvidence
{
    /// <summary>What our own probe found, and what offline_mode does.</summary>
    public static IEnumerable<string> OfOfflineMode(RuleContext context) =>
    [
        .. Evidence.OfServer(context),
        "offline_mode is ON: accounts without CONNECTION_ADMIN (or SUPER) are refused with error 3032",
    ];

    /// <summary>What our own probe found, and which privileges our account lacks.</summary>
    public static IEnumerable<string> OfRights(RuleContext context)
    {
        foreach (var sentence in Evidence.OfServer(context)) yield return sentence;
        if (context.Member.Current?.Missing is not { } missing) yield break;
        if (missing.ForReplication.Length > 0)
            yield return $"our account lacks {missing.ForReplication}: it cannot stop, start or point replication";
        if (missing.ForRole.Length > 0)
            yield return $"our account lacks {missing.ForRole}: it cannot make the server a primary or a replica";
    }

    /// <summary>What our own probe found, and what the server does with its scheduled events.</summary>
    public static IEnumerable<string> OfEvents(RuleContext context)
    {
        foreach (var sentence in Evidence.OfServer(context)) yield return sentence;
        if (context.Member.Current?.Events is not { } events) yield break;
        if (!events.Enabled.IsEmpty) yield return $"enabled there: {events.Enabled.Says}";
        if (context.IsPrimary && !events.ReplicaSide.IsEmpty)
            yield return $"disabled there because another server ran them: {events.ReplicaSide.Says}";
        if (events.Scheduler != EventScheduler.On && !events.Enabled.IsEmpty)
            yield return $"event_scheduler is {events.Scheduler.ToString().ToUpperInvariant()}";
    }

    /// <summary>What our own probe found, and what there is of the replication account.</summary>
    public static IEnumerable<string> OfAccount(RuleContext context)
    {
        foreach (var sentence in Evidence.OfServer(context)) yield return sentence;
        if (context.Member.Current?.ReplicationAccount is { } account) yield return $"it {account.Says} (mysql.user)";
    }
}
