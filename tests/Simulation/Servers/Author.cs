namespace OrchestratorFunctions.Simulation.Servers;

/// <summary>Who writes a transaction.</summary>
public enum Author
{
    /// <summary>A client without a privilege.</summary>
    Client,
    /// <summary>Somebody with every privilege, on a server that is no primary.</summary>
    Person,
    /// <summary>The same, into the server's local tables: on MariaDB a domain of its own.</summary>
    LocalTables,
    /// <summary>A scheduled event whose definer has every privilege.</summary>
    Event,
    /// <summary>The product's account.</summary>
    Us,
}
