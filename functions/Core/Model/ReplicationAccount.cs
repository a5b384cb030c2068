namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// Whether a server has the account that new replicas are told to log in with (MySql:ReplicationUser). From which hosts
/// it may be used is not asked. Source: the table <c>mysql.user</c>, where our account may read it.
/// </summary>
/// <param name="IsLocked">Every account of that name is locked; not told by MariaDB.</param>
public sealed record ReplicationAccount(string User, bool Exists, bool IsLocked)
{
    /// <summary>Nobody can log in with it.</summary>
    public bool IsUseless => !Exists || IsLocked;

    /// <summary>Why nobody can, as the rest of a sentence about the server.</summary>
    public string Says => Exists ? $"has locked the account '{User}'" : $"does not have the account '{User}'";
}
