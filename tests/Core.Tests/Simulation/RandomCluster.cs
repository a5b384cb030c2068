using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Core.Tests.Simulation;

/// <summary>
/// A cluster drawn from a seed: 2 to 6 servers below one primary (db1), chains, semi-sync or not, lags, rules, errant transactions, data centres,
/// MySQL or MariaDB; and what only the simulation knows: which transactions the primary acknowledged to its clients.
/// </summary>
internal sealed class RandomCluster
{
    public static readonly InstanceKey Primary = WrittenTopology.Key("db1");

    private readonly Random random;
    private readonly List<string> lines = [];
    private readonly List<int> receivedByAckers = [];
    private readonly string runs, idle;
    private readonly bool hasScheduler;

    public RandomCluster(int seed, bool primaryIsDead, bool primaryIsClosed = false)
    {
        random = new Random(seed);
        var jobs = new Random(seed + 7919);
        (runs, idle, hasScheduler) = (jobs.Next(3) > 0 ? "nightly,purge" : "none", jobs.Next(3) > 0 ? "none" : "report", jobs.Next(4) > 0);
        IsMariaDb = Chance(20);
        IsSemiSync = Chance(50);
        Wait = IsMariaDb || Chance(70) ? 1 : 2;
        Last = random.Next(50, 120);
        var replicas = random.Next(1, 6);
        for (var i = 2; i < 2 + replicas; i++) lines.Add(Replica(i, primaryIsDead));
        var primary = PrimaryLine(primaryIsDead);
        lines.Insert(0, primaryIsClosed ? primary.Replace(" rw dc=", " ro dc=", StringComparison.Ordinal) : primary);
        Topology = WrittenTopology.Read(string.Join('\n', lines));
        Policy = new RecoveryPolicy
        {
            AllowPossibleLoss = Chance(25), SameDataCenterOnly = Chance(20), Attempts = random.Next(1, 4), HasReplicationAccount = !primaryIsDead || Chance(70),
        };
    }

    public bool IsMariaDb { get; }
    public bool IsSemiSync { get; }
    public int Wait { get; }

    /// <summary>The last transaction the primary executed.</summary>
    public int Last { get; }

    public Topology Topology { get; }
    public RecoveryPolicy Policy { get; }

    /// <summary>What the primary acknowledged under the durability rule; empty when it made no promise.</summary>
    public GtidPosition Acknowledged => !IsSemiSync || receivedByAckers.Count < Wait ? GtidPosition.EmptyFor(IsMariaDb ? ServerFlavor.MariaDb : ServerFlavor.MySql)
        : Position(receivedByAckers.OrderDescending().ElementAt(Wait - 1));

    public GtidPosition Position(int last) => IsMariaDb ? MariaDbGtidSet.Parse($"0-1-{last}") : GtidSet.Parse($"{WrittenTopology.Uuid('A')}:1-{last}");

    public string Written => string.Join('\n', lines);

    public Recovery Recovery(PlanKind kind) => new()
    {
        Id = "r1", Cluster = Topology.Cluster, Kind = kind, Actor = "simulation", StartedAt = Topology.TakenAt, Subject = Primary, Policy = Policy,
    };

    /// <summary>Some server below some other one, be it possible or not.</summary>
    public Recovery Move(int seed)
    {
        var keys = Topology.Members.Select(m => m.Key).ToArray();
        var chance = new Random(seed + 1);
        return Recovery(PlanKinds.Relocate) with { Subject = keys[chance.Next(keys.Length)], Target = keys[chance.Next(keys.Length)] };
    }

    private string PrimaryLine(bool isDead) =>
        $"db1 {Version(0)} rw {Events(1)} dc={Dc()} has={Gtid(isDead ? Seen() : Last)}{(IsSemiSync ? $" semi=source:{Wait} clients={receivedByAckers.Count}" : "")}"
        + $"{(isDead ? Chance(50) ? " | refused" : " | timed out 9.0s" : "")}";

    // The last look at a primary is older than its last commits. What waits for acknowledgements is not executed yet.
    private int Seen()
    {
        var committed = IsSemiSync && receivedByAckers.Count >= Wait ? receivedByAckers.OrderDescending().ElementAt(Wait - 1) : Last;
        return Math.Max(1, committed - (Chance(50) ? 0 : random.Next(1, 15)));
    }

    private string Replica(int number, bool primaryIsDead)
    {
        var source = number > 2 && Chance(20) ? random.Next(2, number) : 1;
        var received = Chance(60) ? Last : random.Next(Math.Max(1, Last - 30), Last + 1);
        var executed = Chance(60) ? received : random.Next(Math.Max(1, received - 20), received + 1);
        if (!primaryIsDead) received = executed;
        var words = new List<string> { $"db{number}", Version(10), "ro", Events(number), $"<db{source}", $"dc={Dc()}" };
        if (primaryIsDead && source == 1) words.Add("io=connecting err=2003");
        var kept = primaryIsDead && Restarts(words) ? executed : received;
        words.Add($"has={Gtid(executed)}{Errant(number, executed)} got={Gtid(kept)} lag={(executed < received && Chance(20) ? 100 : 0)}");
        if (IsSemiSync && source == 1 && Chance(80)) { words.Add("semi=replica"); receivedByAckers.Add(received); }
        else if (IsSemiSync) words.Add("semi=available");
        if (Chance(primaryIsDead ? 10 : 4)) words.Add("delay=600");
        if (Chance(6)) words.Add("nobinlog");
        if (Chance(5)) words.Add("sqlerr=1062");
        else if (primaryIsDead && Chance(6)) words.Add("sql=stopped");
        if (Chance(5)) words.Add("filters");
        if (Chance(5)) words.Add("downtime=ana");
        if (Chance(8)) words.Add($"purged={Gtid(Math.Max(1, executed - random.Next(1, 40)))}");
        words.Add($"rule={new[] { "neutral", "neutral", "neutral", "prefer", "prefer_not", "must_not" }[random.Next(6)]}");
        return string.Join(' ', words) + (Chance(primaryIsDead ? 15 : 3) ? Chance(90) ? " | refused" : " | partly: gtid" : "");
    }

    // Restarted by the outage that took the primary, and without what it had received and not applied.
    private bool Restarts(List<string> words)
    {
        if (!Chance(10)) return false;
        words.Add("up=0 relaylog=recovers");
        return true;
    }

    private string Version(int newer) => IsMariaDb ? "10.11.8-MariaDB" : Chance(newer) ? "8.4.5" : "8.0.36";

    private string Dc() => new[] { "ams", "ams", "ams", "fra" }[random.Next(4)];

    // Drawn apart, so that clusters of a seed stay as they were. What is replicated is disabled, whatever it is at its source.
    private string Events(int server) => $"scheduler={(hasScheduler || server == 3 ? "on" : "off")} "
        + (server == 1 ? $"runs={runs} idle={idle}" : $"aside={runs},{idle}");

    private string Gtid(int last) => IsMariaDb ? $"0-1-{last}" : $"A:1-{last}";

    private string Errant(int number, int executed) => !Chance(8) ? "" : IsMariaDb ? $",0-{number}-{executed + 1}" : $",{(char)('A' + number - 1)}:1-2";

    private bool Chance(int percent) => random.Next(100) < percent;
}
