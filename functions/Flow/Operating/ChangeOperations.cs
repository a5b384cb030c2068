using System.Collections.Immutable;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Changing;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>The operations that change one server and nothing else: rows of the catalogue.</summary>
internal static class ChangeOperations
{
    private static Argument Instance { get; } = new("instance", ArgumentKind.Server, "a server by any of its names")
    {
        IsRequired = true, IsPositional = true, IsSubject = true,
    };

    private static Argument Because { get; } = new(PlanOperation.Because, ArgumentKind.Text, "why");

    private static Argument Force { get; } = new(
        "force", ArgumentKind.Flag, "although a writer waits for acknowledgements that nobody gives then");

    private static Argument First { get; } = new(
        "apply-first", ArgumentKind.Flag, "let it apply what it has received before it stops");

    private static Argument By { get; } = new(
        "by", ArgumentKind.Duration, "how far behind, with its unit: 90s, 2h; 0s for none")
    {
        IsRequired = true, IsPositional = true,
    };

    private static Argument Waits { get; } = new(
        "waits", ArgumentKind.Choice, "true: as a source it waits for acknowledgements; false: it does not");

    private static Argument Acknowledges { get; } = new(
        "acknowledges", ArgumentKind.Choice, "true: as a replica it acknowledges; false: it does not");

    private static Argument Before { get; } = new(
        "before", ArgumentKind.Text, "the oldest file that stays; latest for the one it writes to now")
    {
        IsRequired = true, IsPositional = true,
    };

    private static Argument Session { get; } = new(
        "session", ArgumentKind.Number, "the number of the session in the server's process list")
    {
        IsRequired = true, IsPositional = true,
    };

    public static ImmutableArray<Operation> All { get; } =
    [
        Light("start-replication", "Start the replication of a server", ChangeKinds.StartReplication),
        Light(
            "stop-replication", "Stop the replication of a server; it stays stopped until a person starts it",
            ChangeKinds.StopReplication, First, Force),
        Light("restart-replication", "Stop the replication of a server and start it", ChangeKinds.RestartReplication),
        Of("forget-source", "Let a read-only server follow nobody", ChangeKinds.ForgetSource, Force),
        Light(
            "detach", "Point a server at a name that cannot exist, so that nothing starts its replication by mistake",
            ChangeKinds.Detach, Force),
        Light("use-gtid", "Let a server find its place at its source by GTID", ChangeKinds.UseGtid),
        Light(
            "use-file-position",
            "Let a server find its place at its source by file and position; it is not promoted and not moved then",
            ChangeKinds.UseFilePosition),
        Of(
            "replication-account",
            "Let a server log in at its source with the account of MySql:ReplicationUser; this cannot be undone",
            ChangeKinds.ReplicationAccount),
        Light("delay", "Keep a server so far behind its source", ChangeKinds.Delay, By),
        Of(
            "semi-sync", "Set whether a server waits for acknowledgements, and whether it gives them",
            ChangeKinds.SemiSync, Waits, Acknowledges, Force),
        Of("close", "Make a server refuse writes; of a cluster's primary nobody can write then", ChangeKinds.Close),
        Of(
            "skip-transaction", "Let a server go on after a transaction that it cannot apply, without what that did",
            ChangeKinds.SkipTransaction),
        Of(
            "commit-errant", "Commit empty transactions on the primary in place of those that only this server has",
            ChangeKinds.CommitErrant),
        Of(
            "forget-errant",
            "Delete the binary logs of a server and let it forget the transactions that only it has executed",
            ChangeKinds.ForgetErrant, Force),
        Light("flush-binary-logs", "Let a server begin a new binary log file", ChangeKinds.FlushBinaryLogs),
        Of(
            "purge-binary-logs", "Delete the binary log files of a server that its replicas have read",
            ChangeKinds.PurgeBinaryLogs, Before,
            Force with { Means = "although a replica may not have read them, and cannot go on then" }),
        Of("kill-query", "End the statement of a session", ChangeKinds.KillQuery, Session),
    ];

    // What a person undoes with one more command, and nothing is lost meanwhile.
    private static PlanOperation Light(string name, string does, PlanKind kind, params Argument[] arguments) =>
        Of(name, does, kind, arguments) with { Needs = Role.Operate };

    private static PlanOperation Of(string name, string does, PlanKind kind, params Argument[] arguments) =>
        new(name, does, [Instance, .. arguments, Because], kind)
        {
            Path = "/" + name, Subject = Instance.Name, Details = Details,
        };

    // What an operation does not ask for is not given.
    private static ChangeDetails Details(Given given) => new()
    {
        DelaySeconds = given.Duration(By.Name) is { } by ? (int)Math.Min(by.TotalSeconds, int.MaxValue) : null,
        AppliesFirst = given.Flag(First.Name),
        Waits = given.FlagOrNull(Waits.Name),
        Acknowledges = given.FlagOrNull(Acknowledges.Name),
        LogFile = given.Text(Before.Name),
        Session = given.Number(Session.Name),
        IsForced = given.Flag(Force.Name),
    };
}
