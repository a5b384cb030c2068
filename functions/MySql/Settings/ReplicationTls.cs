namespace OrchestratorFunctions.MySql.Settings;

/// <summary>Whether a link that we make asks for TLS. A link that is pointed elsewhere keeps what it has.</summary>
public enum ReplicationTls
{
    /// <summary>It does what other links of its cluster do, also the one that a new primary gave up.</summary>
    AsSiblings,

    /// <summary>It asks for TLS in any case.</summary>
    Required,

    /// <summary>It does not ask for it; a MySQL server takes it all the same where its source offers it.</summary>
    Off,
}
