using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Simulation.Servers;
using OrchestratorFunctions.Simulation.Time;

namespace OrchestratorFunctions.Simulation.Histories;

/// <summary>What a history begins with: a cluster, its settings, the processes that watch it.</summary>
public sealed record HistoryShape
{
    public required ServerShape[] Servers { get; init; }

    /// <summary>Whose servers they are.</summary>
    public ServerFlavor Flavor { get; init; }

    /// <summary>Acknowledgements a commit waits for; 0 without semi-sync.</summary>
    public int WaitFor { get; init; }

    public long SemiSyncTimeout { get; init; }

    /// <summary>The source of each server but the first.</summary>
    public required int[] Sources { get; init; }

    public required PromotionRule[] Rules { get; init; }
    public int Processes { get; init; }
    public int Clients { get; init; } = 3;

    /// <summary>Every process watches and acts on what it sees; else the one that holds the lease of the shard.</summary>
    public bool EveryoneWatches { get; init; }

    public AddressFault AddressFault { get; init; }

    /// <summary>Sources tell the addresses of their replicas (report_host, report_port).</summary>
    public bool NamesReplicas { get; init; }

    public RecoveryPolicy Policy { get; init; } = RecoveryPolicy.Default;
    public TimeSpan BlockWindow { get; init; }

    /// <param name="others">
    /// A source of chance of its own for what few clusters have: histories without it stay as they were.
    /// </param>
    public static HistoryShape Of(Random64 random, Random64 others, bool isLiveness)
    {
        var count = 2 + random.Below(4);
        var isReadOnlyAtStart = random.Chance(0.6);
        var recovers = random.Chance(0.4);
        var wait = count == 2 ? random.Below(2) : random.Of(0, 0, 1, 1, 1, 2);
        var hasPlaces = random.Chance(0.3);
        var servers = Enumerable.Range(0, count).Select(i => new ServerShape
        {
            ReadOnlyAtStart = isReadOnlyAtStart,
            RelayLogRecovery = recovers,
            LogsReplicaUpdates = !random.Chance(0.03),
            DelaySeconds = i > 1 && random.Chance(0.06) ? 3 : 0,
            DataCenter = hasPlaces && random.Chance(0.4) ? "west" : "east",
            NetTimeout = Ticks.Of(random.Of(2.0, 4.0, 10.0)),
            ApplyTakes = random.Of(Ticks.Of(0.0005), Ticks.Of(0.002), Ticks.Of(0.05)),
        }).ToArray();
        servers[0] = servers[0] with { LogsReplicaUpdates = true, DelaySeconds = 0 };
        if (others.Chance(0.05)) NoticeLate(servers, others);
        return new HistoryShape
        {
            Servers = servers,
            WaitFor = wait,
            SemiSyncTimeout = random.Of(1000L, 10_000L, 100_000_000L, 100_000_000L),
            Sources = [.. Enumerable.Range(0, count).Select(i => i > 2 && random.Chance(0.12) ? 1 : 0)],
            Rules = [.. Enumerable.Range(0, count).Select(i => RuleOf(random, i))],
            Processes = 1 + random.Below(3),
            EveryoneWatches = random.Chance(0.25),
            Policy = new RecoveryPolicy
            {
                AllowPossibleLoss = random.Chance(isLiveness ? 0.7 : 0.2),
                HasReplicationAccount = true,
                ApplyTimeout = TimeSpan.FromSeconds(random.Of(4, 10)),
            },
            BlockWindow = TimeSpan.FromSeconds(3),
        };
    }

    /// <summary>About every sixth history has servers of MariaDB.</summary>
    /// <param name="random">A source of chance of its own: histories of MySQL stay as they were.</param>
    public static ServerFlavor FlavorOf(Random64 random) => random.Chance(0.17) ? ServerFlavor.MariaDb : ServerFlavor.MySql;

    /// <summary>The same cluster of servers of that flavour. On MariaDB a commit waits for one acknowledgement at most.</summary>
    public HistoryShape On(ServerFlavor flavor) =>
        flavor == ServerFlavor.MariaDb ? this with { Flavor = flavor, WaitFor = Math.Min(1, WaitFor) } : this;

    // One replica or all but one expect a heartbeat rarely or never (the manual's default is half of replica_net_timeout).
    private static void NoticeLate(ServerShape[] servers, Random64 random)
    {
        var count = random.Chance(0.6) ? 1 : servers.Length - 2;
        var first = random.Below(servers.Length - 1);
        for (var i = 0; i < count; i++)
        {
            var heartbeat = Ticks.Of(random.Of(0.0, 30.0, 60.0, 3600.0));
            var at = 1 + ((first + i) % (servers.Length - 1));
            servers[at] = servers[at] with { Heartbeat = heartbeat, NetTimeout = Math.Max(Ticks.Of(60), 2 * heartbeat) };
        }
    }

    private static PromotionRule RuleOf(Random64 random, int server) => server > 0 && random.Chance(0.2)
        ? random.Of(PromotionRule.MustNot, PromotionRule.Prefer, PromotionRule.PreferNot)
        : PromotionRule.Neutral;
}
