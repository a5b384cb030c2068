using System.Globalization;
using System.Text.RegularExpressions;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.MySql.Dialects;
using OrchestratorFunctions.MySql.Wording;

namespace OrchestratorFunctions.MySql.Tests.Wording;

/// <summary>
/// Steps as a play writes them → the statements that are sent, for each version in turn. A paragraph has the servers (<see
/// cref="WrittenTopology"/>, without a version), then maybe <c>on</c> and versions (all of them else), then steps:
/// <code>
/// stop-receiving db2 | start db2 [receiver|applier|neither] | point db2 to db3 [receiver|applier|neither] | forget db2
/// stop db2 [receiver|applier] | delay db2 60 | detach db2 db1 | use-gtid db2 | use-file db2 | account db2 | skip db2 A:7 | reset db2 A:1-9 | flush db1 | purge db1 FILE | kill db1 7
/// apply db2 A:1-9 | read-only db1 | fence db1 | writable db1 | semi-sync db2 source:N|replica|off
/// </code>
/// After the server a channel may be named: <c>channel=a</c>, <c>channel=</c> for the default one. A GTID is written as MySQL's; for
/// MariaDB the letter is the server_id in domain 0.
/// </summary>
internal sealed partial class StatementPlay
{
    private string[] servers = [];

    public string? Run(string[] lines)
    {
        var written = lines.Where(l => l.StartsWith("db", StringComparison.Ordinal)).ToArray();
        if (written.Length > 0) servers = written;
        var on = lines.FirstOrDefault(l => l.StartsWith("on ", StringComparison.Ordinal))?.Split(' ')[1..] ?? Versions.All;
        var steps = lines.Where(l => !l.StartsWith("db", StringComparison.Ordinal) && !l.StartsWith("on ", StringComparison.Ordinal)).ToArray();
        if (steps.Length == 0) return null;
        var said = on.Select(version => (version, Says: string.Concat(steps.Select(step => Says(version, step)))));
        return string.Concat(said.GroupBy(s => s.Says).Select(same => $"{string.Join(", ", same.Select(s => s.version))}\n{same.Key}"));
    }

    private string Says(string version, string line)
    {
        var topology = WrittenTopology.Read(servers.Select(s => Of(version, s)), null);
        var words = Of(version, line).Split(' ');
        var channel = words.FirstOrDefault(w => w.StartsWith("channel=", StringComparison.Ordinal))?[8..];
        words = [.. words.Where(w => !w.StartsWith("channel=", StringComparison.Ordinal))];
        var server = topology[WrittenTopology.Key(words[1])]!.Current!;
        var step = Step(words, new StepTarget.Server(server.Key, channel), server);
        string[] statements;
        try
        {
            statements = [.. StepStatements.Of(step, server, topology, Fleets.Options).Select(s => s.Masked)];
        }
        catch (InvalidOperationException e)
        {
            return $"  refused: {e.Message}\n";
        }
        foreach (var statement in statements) Versions.AssertTakes(version, statement);
        return statements.Length == 0 ? "  nothing\n" : string.Concat(statements.Select(s => $"  {s}\n"));
    }

    private static PlanStep Step(string[] words, StepTarget target, Instance server) => words switch
    {
        ["stop-receiving", _] => new StopReceiving(target),
        ["start", _, .. var threads] => new StartReplication(target) { Threads = Threads(threads) },
        ["point", _, "to", var source, .. var threads] => new PointTo(target, WrittenTopology.Key(source)) { Threads = Threads(threads) },
        ["forget", _] => new ForgetSource(target),
        ["apply", _, var position] => new WaitUntilApplied(target, server.Gtid.Executed.GetType() == typeof(Core.Positions.GtidSet)
            ? Core.Positions.GtidSet.Parse(position.Replace("A:", WrittenTopology.Uuid('A') + ":", StringComparison.Ordinal))
            : Core.Positions.MariaDbGtidSet.Parse(position)),
        ["read-only", _] => new SetReadOnly(target),
        ["fence", _] => new Fence(target),
        ["writable", _] => new SetWritable(target),
        ["semi-sync", _, var role] => SemiSync(target, role.Split(':')),
        ["stop", _, .. var threads] => new StopReplication(target) { Threads = Threads(threads) },
        ["delay", _, var seconds] => new SetDelay(target, int.Parse(seconds, CultureInfo.InvariantCulture)),
        ["detach", _, var source] => new Detach(target, WrittenTopology.Key(source)),
        ["use-gtid", _] => new UseGtid(target),
        ["account", _] => new SetReplicationAccount(target),
        ["use-file", _] => new UseFilePosition(target),
        ["skip", _, var gtids] => new SkipTransactions(target, Core.Positions.GtidSet.Parse(OfMySql(gtids))),
        ["reset", _, var gtids] => new ResetGtids(target, Core.Positions.GtidSet.Parse(OfMySql(gtids))),
        ["flush", _] => new FlushBinaryLogs(target),
        ["purge", _, var file] => new PurgeBinaryLogs(target, file),
        ["kill", _, var session] => new KillQuery(target, long.Parse(session, CultureInfo.InvariantCulture)),
        _ => throw new FormatException($"step '{string.Join(' ', words)}' is not known"),
    };

    private static string OfMySql(string gtids) => string.Join(',', gtids.Split(',').Select(g => WrittenTopology.Uuid(g[0]) + g[1..]));

    private static SetSemiSync SemiSync(StepTarget target, string[] role) => new(
        target, AsSource: role[0] == "source", AsReplica: role[0] == "replica",
        WaitForReplicas: role.Length > 1 ? int.Parse(role[1], CultureInfo.InvariantCulture) : 1);

    private static ReplicationThreads Threads(string[] words) =>
        words.Length == 0 ? ReplicationThreads.Both : Enum.Parse<ReplicationThreads>(words[0], ignoreCase: true);

    private static string Of(string version, string line)
    {
        var isOfMySql = line.StartsWith("skip ", StringComparison.Ordinal) || line.StartsWith("reset ", StringComparison.Ordinal);
        if (Versions.IsMariaDb(version) && !isOfMySql) line = Gtid().Replace(line, m => $"0-{m.Groups[1].Value[0] - 'A' + 1}-{m.Groups[2].Value}");
        if (!line.StartsWith("db", StringComparison.Ordinal)) return line;
        var words = line.Split(' ', 2);
        return $"{words[0]} {version} {words[1]}";
    }

    [GeneratedRegex(@"([A-Z]):1-(\d+)")]
    private static partial Regex Gtid();
}
