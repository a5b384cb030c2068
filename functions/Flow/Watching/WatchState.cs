namespace OrchestratorFunctions.Flow.Watching;

/// <summary>How far a watcher is with its shard.</summary>
public enum WatchState
{
    /// <summary>Another process watches, or it is not known yet what to watch.</summary>
    StandingBy,
    /// <summary>Watching, and acting on what is seen.</summary>
    Watching,
    /// <summary>The store is away: watching goes on with what is in memory, and nothing is acted on.</summary>
    FromMemory,
    /// <summary>
    /// Watching from a vantage point of its own while another process acts: it is told what is found here.
    /// </summary>
    Observing,
}
