namespace OrchestratorFunctions.Fleet;

/// <summary>What a test asks for: the kind of server, how many replicas, and how they follow.</summary>
public sealed record FleetRequest(string Server = "mysql-9.7", int Replicas = 3, bool SemiSync = false, bool Chain = false);
