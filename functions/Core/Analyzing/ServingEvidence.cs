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
}
