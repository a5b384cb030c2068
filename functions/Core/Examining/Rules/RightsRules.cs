using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using static OrchestratorFunctions.Core.Examining.FindingCode;
using static OrchestratorFunctions.Core.Examining.FindingSeverity;

namespace OrchestratorFunctions.Core.Examining.Rules;

/// <summary>
/// What our account may do on a server, and whom the server lets in. Accounts are replicated: what the primary lacks is
/// granted there, and what a replica alone lacks, on it and without a transaction of its own.
/// </summary>
internal static class RightsRules
{
    public static ImmutableArray<ExaminationRule<ExaminedServer>> Rows { get; } =
    [
        new(PrivilegesMissing, Severe, "our account lacks privileges that a failover needs", Privileges),
        new(EventPrivilegeMissing, Hint, "our account cannot look after scheduled events", EventPrivilege),
        new(ReplicationAccountMissing, Severe,
            "as the primary it would let no replica log in: the replication account is missing or locked", Account),
    ];

    private static IEnumerable<Observation> Privileges(ExaminedServer s)
    {
        if (s.Now.Missing is not { All: { Length: > 0 } lacking } || !s.Knows(InstanceParts.Rights)) return [];
        return [s.Seen($"our account '{s.Cluster.Terms.User}' lacks {lacking}",
            On(s, i => i.Missing is { All.Length: > 0 }, Grant(lacking, s.Cluster.Terms.User)))];
    }

    private static IEnumerable<Observation> EventPrivilege(ExaminedServer s)
    {
        if (s.Now.Missing is not { ForEvents: { } lacking } || !s.Knows(InstanceParts.Rights)) return [];
        return [s.Seen($"our account '{s.Cluster.Terms.User}' lacks {lacking}: events are not looked after",
            On(s, i => i.Missing is { ForEvents: not null }, Grant(lacking, s.Cluster.Terms.User)))];
    }

    private static IEnumerable<Observation> Account(ExaminedServer s)
    {
        if (s.Now.ReplicationAccount is not { IsUseless: true } account || !s.Knows(InstanceParts.Rights)) return [];
        var name = Named(account.User);
        string[] statements = account.Exists
            ? [$"ALTER USER {name} ACCOUNT UNLOCK"]
            :
            [
                // Copied as it is it must not make an account with a password that everybody knows.
                $"CREATE USER IF NOT EXISTS {name} IDENTIFIED BY (the value of MySql:ReplicationPassword)",
                $"GRANT {ServerStatements.ToReplicate} ON *.* TO {name}",
            ];
        return [s.Seen($"it {account.Says}: as the primary it would turn away every replica",
            On(s, i => i.ReplicationAccount is { IsUseless: true }, statements))];
    }

    private static string Grant(string privileges, string user) => $"GRANT {privileges} ON *.* TO {Named(user)}";

    // The part behind the @ is not known: an account of another host is refused, and not made.
    private static string Named(string user) => $"'{user}'@'%'";

    private static Fix On(ExaminedServer s, Func<Instance, bool> isLacking, params string[] statements) =>
        s.Topology.Primary is { Current: { } primary } && (s.IsPrimary || isLacking(primary))
            ? new ServerStatements(primary).Run(statements)
            : new ServerStatements(s.Now).Alone(statements);
}
