using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;

namespace OrchestratorFunctions.Bench;

/// <summary>Clusters of five servers, made of data. One cluster of fifty has lost its primary.</summary>
internal static class WrittenFleet
{
    public const int ServersOfOne = 5;

    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static ClusterId IdOf(ImmutableArray<Member> members) => ClusterId.FirstMetAt(members[0].LastKnown!.ServerUuid!);

    public static InstanceKey KeyOf(int cluster, int server) => new($"db{server}.cluster{cluster}.example.com", 3306);

    public static string AliasOf(int cluster) => $"cluster-{cluster}";

    public static ImmutableArray<Member> Members(int cluster)
    {
        var uuids = Enumerable.Range(0, ServersOfOne).Select(i => $"{cluster:x8}-0000-4000-8000-{i:x12}").ToArray();
        var executed = GtidSet.Parse($"{uuids[0]}:1-{1000 + cluster},{uuids[1]}:1-77");
        Instance Server(int i) => new()
        {
            Key = KeyOf(cluster, i), ServerUuid = uuids[i], ServerId = (uint)(i + 1), Version = ServerVersion.Parse("9.7.0"), ReadOnly = i > 0, SuperReadOnly = i > 0,
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
                    Source = KeyOf(cluster, 0), SourceUuid = uuids[0], Applier = ReplicationThread.Running, AutoPosition = true, Received = executed, LagSeconds = 0,
                    Receiver = isDead ? ReplicationThread.Connecting : ReplicationThread.Running, HeartbeatInterval = TimeSpan.FromSeconds(1),
                },
            ],
        }, Noon);
        var primary = Member.SeenAs(Server(0), Noon);
        if (isDead) primary = primary.With(new ProbeOutcome.Failed(ProbeFailureKind.Refused, "connection refused"), Noon, TimeSpan.FromSeconds(9));
        return [primary, .. Enumerable.Range(1, ServersOfOne - 1).Select(Replica)];
    }
}
