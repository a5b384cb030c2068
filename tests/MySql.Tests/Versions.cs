using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.MySql.Tests;

/// <summary>The eight versions whose answers to statements were recorded.</summary>
internal static class Versions
{
    public static readonly string[] All = ["5.7.42", "8.0.19", "8.0.28", "8.0.46", "8.4.13", "9.7.4", "10.11.18-MariaDB", "11.8.6-MariaDB"];

    private const string Old = "5.7.42 8.0.19 8.0.28 8.0.46 10.11.18-MariaDB 11.8.6-MariaDB";
    private const string OldMySql = "5.7.42 8.0.19 8.0.28 8.0.46";
    private const string NewMySql = "8.0.28 8.0.46 8.4.13 9.7.4";
    private const string MySql = "5.7.42 " + "8.0.19 " + NewMySql;
    private const string MariaDb = "10.11.18-MariaDB 11.8.6-MariaDB";

    /// <summary>Statement → the versions that take it; the longest beginning that matches counts. SHOW, START, STOP, RESET, CHANGE, the waits and
    /// SET of read_only and super_read_only were recorded from real servers; SET of the other variables is taken from the variable being there,
    /// and semi-sync names are those of the plugins that belong to the version.</summary>
    public static readonly Dictionary<string, string> Taken = new()
    {
        ["SHOW SLAVE STATUS"] = Old,
        ["SHOW REPLICA STATUS"] = NewMySql + " " + MariaDb,
        ["SHOW ALL SLAVES STATUS"] = MariaDb,
        ["SHOW SLAVE HOSTS"] = Old,
        ["SHOW REPLICAS"] = NewMySql,
        ["SHOW MASTER STATUS"] = Old,
        ["SHOW BINARY LOG STATUS"] = "8.4.13 9.7.4",
        ["STOP SLAVE"] = Old,
        ["START SLAVE"] = Old,
        ["STOP REPLICA"] = NewMySql + " " + MariaDb,
        ["START REPLICA"] = NewMySql + " " + MariaDb,
        ["RESET MASTER"] = Old,
        ["RESET BINARY LOGS AND GTIDS"] = "8.4.13 9.7.4",
        ["SET GLOBAL gtid_purged"] = MySql,
        ["SET SESSION gtid_next"] = MySql,
        ["BEGIN"] = MySql,
        ["COMMIT"] = MySql,
        ["FLUSH BINARY LOGS"] = MySql + " " + MariaDb,
        ["PURGE BINARY LOGS"] = MySql + " " + MariaDb,
        ["KILL QUERY"] = MySql + " " + MariaDb,
        ["RESET SLAVE"] = Old,
        ["RESET REPLICA"] = NewMySql + " " + MariaDb,
        ["CHANGE MASTER"] = Old,
        ["CHANGE REPLICATION SOURCE"] = NewMySql,
        ["SELECT WAIT_FOR_EXECUTED_GTID_SET"] = MySql,
        ["SELECT MASTER_GTID_WAIT"] = MariaDb,
        ["SET GLOBAL super_read_only"] = MySql,
        ["SET GLOBAL offline_mode"] = MySql,
        ["SET GLOBAL read_only"] = MySql + " " + MariaDb,
        ["SET GLOBAL gtid_slave_pos"] = MariaDb,
        ["SET GLOBAL rpl_semi_sync_master"] = "5.7.42 8.0.19 " + MariaDb,
        ["SET GLOBAL rpl_semi_sync_slave"] = "5.7.42 8.0.19 " + MariaDb,
        ["SET GLOBAL rpl_semi_sync_source"] = NewMySql,
        ["SET GLOBAL rpl_semi_sync_replica"] = NewMySql,
    };

    /// <summary>Options of CHANGE that only some versions take.</summary>
    public static readonly Dictionary<string, string> TakenOptions = new()
    {
        ["MASTER_AUTO_POSITION"] = OldMySql,
        ["MASTER_USE_GTID"] = MariaDb,
        ["GET_MASTER_PUBLIC_KEY"] = "8.0.19 8.0.28 8.0.46",
        ["GET_SOURCE_PUBLIC_KEY"] = NewMySql,
        ["MASTER_RETRY_COUNT"] = OldMySql,
        ["SOURCE_"] = NewMySql,
    };

    public static TheoryData<string> Each => [.. All];

    public static bool IsMariaDb(string version) => version.Contains("MariaDB", StringComparison.Ordinal);

    public static void AssertTakes(string version, string statement)
    {
        var known = Taken.Where(t => statement.StartsWith(t.Key, StringComparison.Ordinal)).MaxBy(t => t.Key.Length);
        Assert.True(known.Key is not null, $"no recorded answer for: {statement}");
        Assert.True(known.Value.Split(' ').Contains(version), $"{version} does not take: {statement}");
        foreach (var option in TakenOptions.Where(o => statement.Contains(" " + o.Key, StringComparison.Ordinal)))
            Assert.True(option.Value.Split(' ').Contains(version), $"{version} does not take {option.Key} in: {statement}");
    }

    public static Instance Server(string version, int port = 3306, params ReplicationLink[] links) => new()
    {
        Key = new InstanceKey("db" + port, port),
        Version = ServerVersion.Parse(version),
        BinaryLog = new BinaryLog(true, true, "ROW"),
        Links = [.. links],
        SemiSync = new SemiSync(Available: true),
    };

    public static ReplicationLink Link(string channel = "", ReplicationThread receiver = ReplicationThread.Running, ReplicationThread applier = ReplicationThread.Running) => new()
    {
        Source = new InstanceKey("old", 3306), Channel = channel, Receiver = receiver, Applier = applier, AutoPosition = true, HeartbeatInterval = TimeSpan.FromSeconds(2.5),
    };

    public static Topology Of(params Instance[] instances) =>
        new(new ClusterId("test"), DateTimeOffset.UnixEpoch, instances.Select(i => Member.SeenAs(i, DateTimeOffset.UnixEpoch)));
}
