using System.Collections.Immutable;
using System.Diagnostics;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Bench;

/// <summary>
/// What it costs to judge a whole fleet once, on one core: build the topology of every cluster from its members, and analyse it. One cluster
/// of fifty has lost its primary.
/// </summary>
internal static class AnalysisBench
{
    private const int ServersOfOne = 5, Rounds = 40, WarmUp = 20;

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static void Run(int clusters)
    {
        var fleet = Enumerable.Range(0, clusters).Select(Members).ToArray();
        List<double> whole = [], again = [];
        var problems = 0;
        for (var round = -WarmUp; round < Rounds; round++)
        {
            problems = 0;
            var began = Stopwatch.GetTimestamp();
            var topologies = Array.ConvertAll(fleet, members => new Topology(ClusterId.FirstMetAt(members[0].LastKnown!.ServerUuid!), Noon, members));
            foreach (var topology in topologies) problems += Analyzer.Analyze(topology).Length;
            var built = Stopwatch.GetElapsedTime(began);
            began = Stopwatch.GetTimestamp();
            foreach (var topology in topologies) Analyzer.Analyze(topology);
            if (round < 0) continue;
            whole.Add(built.TotalMilliseconds);
            again.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        Console.WriteLine($"{clusters * ServersOfOne} servers in {clusters} clusters, {problems} problems, {Rounds} rounds; milliseconds for the fleet:");
        Console.WriteLine($"topologies built and analysed  {Figures.Of(whole)}");
        Console.WriteLine($"the same topologies once more  {Figures.Of(again)}");
    }

    private static ImmutableArray<Member> Members(int cluster)
    {
        var uuids = Enumerable.Range(0, ServersOfOne).Select(i => $"{cluster:x8}-0000-4000-8000-{i:x12}").ToArray();
        var executed = GtidSet.Parse($"{uuids[0]}:1-{1000 + cluster},{uuids[1]}:1-77");
        InstanceKey Key(int i) => new($"db{i}.cluster{cluster}.example.com", 3306);
        Instance Server(int i) => new()
        {
            Key = Key(i), ServerUuid = uuids[i], ServerId = (uint)(i + 1), Version = ServerVersion.Parse("9.7.0"), ReadOnly = i > 0, SuperReadOnly = i > 0,
            BinaryLog = new BinaryLog(true, true, "ROW"), Gtid = new GtidState(true, executed, GtidSet.Empty),
            Aliases = [new($"host{i}-{cluster}", 3306)],
        };
        var isDead = cluster % 50 == 0;
        Member Replica(int i) => Member.SeenAs(Server(i) with
        {
            Links =
            [
                new ReplicationLink
                {
                    Source = Key(0), SourceUuid = uuids[0], Applier = ReplicationThread.Running, AutoPosition = true, Received = executed, LagSeconds = 0,
                    Receiver = isDead ? ReplicationThread.Connecting : ReplicationThread.Running, HeartbeatInterval = TimeSpan.FromSeconds(1),
                },
            ],
        }, Noon);
        var primary = Member.SeenAs(Server(0), Noon);
        if (isDead) primary = primary.With(new ProbeOutcome.Failed(ProbeFailureKind.Refused, "connection refused"), Noon, TimeSpan.FromSeconds(9));
        return [primary, .. Enumerable.Range(1, ServersOfOne - 1).Select(Replica)];
    }
}
