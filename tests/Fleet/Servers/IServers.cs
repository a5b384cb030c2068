namespace OrchestratorFunctions.Fleet.Servers;

/// <summary>How the servers of one fleet are run: as processes of this machine, or as containers.</summary>
internal interface IServers
{
    /// <summary>How long a start may take.</summary>
    TimeSpan Patience { get; }

    /// <summary>Writes the configuration and the data of a new server, and starts it.</summary>
    Task CreateAsync(int port, bool isPrimary, CancellationToken cancel);

    /// <summary>Starts one that is dead, with the data it has.</summary>
    Task LaunchAsync(int port);

    Condition ConditionOf(int port);

    /// <summary>The number of its process; 0 when it has none.</summary>
    int PidOf(int port);

    /// <summary>Where its own account admin reaches it, and no other program answers in its place; null while it is not there yet.</summary>
    string? AddressOf(int port);

    /// <summary>Returns when it is so.</summary>
    /// <exception cref="FleetException">It did not become so.</exception>
    void Make(int port, Condition condition);

    /// <summary>Why it did not start, as its log has it; empty when it says nothing.</summary>
    string ReasonOf(int port);

    /// <summary>It is dead afterwards, and nothing of it runs.</summary>
    void Remove(int port);
}

/// <summary>How a server is.</summary>
internal enum Condition
{
    Alive,

    /// <summary>It hangs (SIGSTOP): its port still accepts.</summary>
    Stopped,
    Dead,
}
