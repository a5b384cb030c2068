namespace OrchestratorFunctions.Fleet.State;

/// <summary>Where unpacked servers are kept, and where running fleets are.</summary>
internal static class Places
{
    /// <summary>What may be made again: <c>ORCHESTRATOR_CACHE</c>, else below the user's cache.</summary>
    public static string Cache { get; } = Of("ORCHESTRATOR_CACHE", "XDG_CACHE_HOME", ".cache");

    /// <summary>What runs: <c>ORCHESTRATOR_STATE</c>, else below the user's state.</summary>
    public static string State { get; } = Of("ORCHESTRATOR_STATE", "XDG_STATE_HOME", ".local/state");

    private static string Of(string own, string general, string below)
    {
        if (Environment.GetEnvironmentVariable(own) is { Length: > 0 } given) return given;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var folder = Environment.GetEnvironmentVariable(general) is { Length: > 0 } wide ? wide : Path.Combine(home, below);
        return Path.Combine(folder, "orchestrator-functions");
    }
}
