using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Planning.Changing;

/// <summary>
/// The kinds of plans that change one server because a person asks for it, and nothing but that server. A new one is a
/// row here and its <see cref="ServerChange"/>; they differ in nothing else that anybody asks of a kind.
/// </summary>
public static class ChangeKinds
{
    public static PlanKind StartReplication { get; } = Kind(
        "StartReplication", "the start of replication on {0}", "{0} is to replicate", new StartsReplication());

    public static PlanKind StopReplication { get; } = Kind(
        "StopReplication", "the stop of replication on {0}", "{0} is to stand still", new StopsReplication(),
        keepsStopped: true);

    public static PlanKind RestartReplication { get; } = Kind(
        "RestartReplication", "the restart of replication on {0}", "{0} is to start its replication anew",
        new RestartsReplication());

    public static PlanKind ForgetSource { get; } = Kind(
        "ForgetSource", "the cutting off of {0}", "{0} is to follow nobody", new ForgetsItsSource(),
        keepsStopped: true);

    public static PlanKind Detach { get; } = Kind(
        "Detach", "the detaching of {0}", "{0} is to be detached from its source", new Detaches(), keepsStopped: true);

    public static PlanKind UseGtid { get; } = Kind(
        "UseGtid", "the change of {0} to GTID", "{0} is to find its place by GTID", new UsesGtid());

    public static PlanKind UseFilePosition { get; } = Kind(
        "UseFilePosition", "the change of {0} to file and position", "{0} is to find its place by file and position",
        new UsesFilePosition());

    public static PlanKind ReplicationAccount { get; } = Kind(
        "ReplicationAccount", "the change of the account that {0} replicates with",
        "{0} is to log in at its source with the configured account", new ChangesAccount());

    public static PlanKind Delay { get; } = Kind(
        "Delay", "the delay of {0}", "{0} is to apply later or sooner than now", new Delays());

    public static PlanKind SemiSync { get; } = Kind(
        "SemiSync", "the change of semi-sync on {0}", "{0} is to take another part in semi-sync",
        new ChangesSemiSync());

    public static PlanKind Close { get; } = Kind(
        "Close", "the closing of {0}", "{0} is to refuse writes", new Closes());

    public static PlanKind SkipTransaction { get; } = Kind(
        "SkipTransaction", "the skipping of a transaction on {0}", "{0} is to go on without a transaction",
        new SkipsTransaction());

    public static PlanKind CommitErrant { get; } = Kind(
        "CommitErrant", "the commit of empty transactions for {0}",
        "What {0} alone has executed is to count as executed everywhere", new CommitsErrant());

    public static PlanKind ForgetErrant { get; } = Kind(
        "ForgetErrant", "the reset of what {0} has executed", "{0} is to forget its errant transactions",
        new ForgetsErrant());

    public static PlanKind FlushBinaryLogs { get; } = Kind(
        "FlushBinaryLogs", "a new binary log file of {0}", "{0} is to begin a new binary log file",
        new FlushesBinaryLogs());

    public static PlanKind PurgeBinaryLogs { get; } = Kind(
        "PurgeBinaryLogs", "the deletion of old binary logs of {0}", "{0} is to delete old binary logs",
        new PurgesBinaryLogs());

    public static PlanKind KillQuery { get; } = Kind(
        "KillQuery", "the end of a statement on {0}", "A statement on {0} is to end", new KillsQuery());

    public static ImmutableArray<PlanKind> All { get; } =
    [
        StartReplication, StopReplication, RestartReplication, ForgetSource, Detach, UseGtid, UseFilePosition,
        ReplicationAccount, Delay, SemiSync, Close, SkipTransaction, CommitErrant, ForgetErrant, FlushBinaryLogs,
        PurgeBinaryLogs, KillQuery,
    ];

    private static PlanKind Kind(
        string name, string title, string whenBegun, ServerChange change, bool keepsStopped = false) => new()
    {
        Name = name,
        Title = (subject, _) => Told(title, subject),
        WhenBegun = (subject, _) => Told(whenBegun, subject),
        Next = (recovery, topology) => ChangePlanner.Next(recovery, topology, change),
        WhyNotWhatever = (recovery, topology) => ChangePlanner.WhyNotWhatever(recovery, topology, change),
        IsAutomatic = false,
        IsFailover = false,
        OnlyCloses = false,
        YieldsToFailover = true,
        IsAboutPrimary = false,
        MeansPrimary = false,
        SubjectIsDead = false,
        KeepsStopped = keepsStopped,
    };

    private static string Told(string sentence, InstanceKey subject) =>
        sentence.Replace("{0}", subject.ToString(), StringComparison.Ordinal);
}
