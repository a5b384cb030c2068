using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Operating;

/// <summary>A binary log file with the errant transactions in it, as GTIDs.</summary>
public sealed record LoneFile(string File, string Transactions);

/// <summary>Where the errant transactions of a server stand.</summary>
/// <param name="Errant">All of them, as GTIDs; empty for none.</param>
/// <param name="Files">Oldest first.</param>
/// <param name="Missing">Those that stand in none of the files that were read; empty for none.</param>
public sealed record LoneTransactions(
    InstanceKey Server, string Errant, ImmutableArray<LoneFile> Files, string Missing);

/// <summary>Says which binary log files of a server hold what only it has executed. It changes nothing.</summary>
public sealed class OperatorLogs(VerbPorts ports, ReadTopology live, TimeSpan probeTimeout)
{
    /// <summary>The files are read for at most so long.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <param name="name">A server by any of its names.</param>
    public async Task<OperationAnswer> LocateAsync(string name, CancellationToken cancel)
    {
        var (named, refusal) = (await ports.Names.ReadAsync(cancel)).Server(name);
        if (named is null) return OperationAnswer.BadInput(refusal!);
        if (await live.ReadAsync(named.Cluster.Id, _ => probeTimeout, cancel) is not var (topology, _)
            || topology[named.Server!] is not { } server)
            return OperationAnswer.Refused($"{name} was forgotten meanwhile");
        if (server.Current is not { } now) return Unseen(server.Key);
        if (now.Gtid.Executed is not GtidSet executed)
            return OperationAnswer.Refused(
                $"{server.Key} runs MariaDB, whose binary log files do not begin with a set of transactions",
                "mariadb-binlog on its files");
        if (topology.Primary is not { IsSeen: true } primary)
            return OperationAnswer.Refused(
                "what is errant shows against the primary, and that was not seen",
                "access to the primary of its cluster from here");
        var errant = Errant(topology, server, primary, executed);
        if (errant.IsEmpty) return Answer(new(server.Key, "", [], ""), []);
        return now.BinaryLog.Enabled
            ? await ReadAsync(server.Key, LogSearch.For(errant, executed), cancel)
            : OperationAnswer.Refused($"{server.Key} has no binary log", $"log_bin on {server.Key}");
    }

    private static OperationAnswer Unseen(InstanceKey key) =>
        OperationAnswer.Refused($"{key} was not seen", $"access to {key} from here");

    // Nothing is errant on the primary. What was received and not executed stands in no binary log yet.
    private static GtidSet Errant(Topology topology, Member server, Member primary, GtidSet executed)
    {
        if (server.Key == primary.Key) return GtidSet.Empty;
        Member[] seen = [.. topology.Members.Where(m => m.IsSeen && m.Key != primary.Key)];
        return ErrantTransactions.Below(topology, server, primary, seen) is GtidSet errant
            ? errant.Intersect(executed)
            : GtidSet.Empty;
    }

    private async Task<OperationAnswer> ReadAsync(InstanceKey key, LogSearch wanted, CancellationToken cancel)
    {
        var read = await live.Probe.SearchLogsAsync(key, wanted, Longest, cancel);
        if (read.WhyNot is { } refusal && read.Search.Found.IsEmpty) return OperationAnswer.Refused(refusal);
        var (found, left) = (read.Search.Found, read.Search.Left);
        string[] remarks = left.IsEmpty ? [] :
        [
            $"{left} stands in none of the {read.Search.Told} files that were read",
            read.WhyNot?.Says ?? "its file was deleted, or it was never written to one",
        ];
        return Answer(
            new(key, wanted.Left.ToString(), [.. found.Select(f => new LoneFile(f.File, $"{f.Transactions}"))],
                left.ToString()),
            remarks);
    }

    private static OperationAnswer Answer(LoneTransactions location, string[] remarks) =>
        OperationAnswer.Done(Says(location)) with { Value = location, Remarks = [.. remarks] };

    private static string Says(LoneTransactions location) => location switch
    {
        { Errant.Length: 0 } => $"{location.Server} has no errant transactions",
        { Files.IsEmpty: true } => $"none of the errant transactions of {location.Server} stands in its binary logs",
        _ => string.Join('\n', location.Files.Select(f => $"{f.File}  {f.Transactions}")),
    };
}
