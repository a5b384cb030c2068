namespace OrchestratorFunctions.Core.Positions;

/// <summary>
/// Whose server it is. MySQL and Percona Server share version numbers, statements and GTIDs; MariaDB has its own.
/// </summary>
public enum ServerFlavor
{
    MySql,
    Percona,
    MariaDb,
}
