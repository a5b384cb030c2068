using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests.Counting;

/// <summary>Clusters of a primary and three replicas to which nobody writes. Every probe sees what moves on an idle server: uptime, silence, lag.</summary>
internal sealed class IdleFleet : IInstanceProbe, IStepRunner, ISessionKeeper
{
    private const int Size = 4;
    private readonly ImmutableDictionary<InstanceKey, Instance> servers;
    private long probes;

    public IdleFleet(int clusters) => servers = Enumerable.Range(0, clusters * Size).Select(Server).ToImmutableDictionary(s => s.Key);

    public IEnumerable<(ClusterId Id, ImmutableArray<StoredMember> Members)> Clusters => servers.Values.GroupBy(s => s.Location.DataCenter).Select(c =>
        (ClusterId.FirstMetAt(c.Key), c.Select(s => new StoredMember(s.Key, s, Rooms.Start)).ToImmutableArray()));

    /// <summary>How many there were.</summary>
    public long Probes => probes;

    public Task<ProbeOutcome> ProbeAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel)
    {
        var turn = ++probes;
        var seen = servers[key];
        return Task.FromResult<ProbeOutcome>(new ProbeOutcome.Seen(seen with
        {
            UptimeSeconds = turn, Links = [.. seen.Links.Select(l => l with { SilentFor = TimeSpan.FromMilliseconds(turn % 1000), LagSeconds = turn % 2 })],
        }));
    }

    public Task<string?> AmbiguityAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) => Task.FromResult<string?>(null);

    public void Forget(InstanceKey key)
    {
    }

    public async Task<string> HoldAsync(InstanceKey key, CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel);
        return "";
    }

    public Task<StepResult> RunAsync(PlannedStep step, Topology topology, StepTerms terms, CancellationToken cancel) =>
        throw new NotSupportedException("nothing is done while nothing happens");

    public IReadOnlyList<string> Preview(PlanStep step, Topology topology) => [];

    public Task WarmAsync(InstanceKey key, CancellationToken cancel) => Task.CompletedTask;

    public Task PractiseLossAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task PractiseAsync(InstanceKey key, TimeSpan within, CancellationToken cancel, bool isToBeOpened = false) => Task.CompletedTask;

    private static Instance Server(int number)
    {
        var source = number - number % Size;
        return new Instance
        {
            Key = Key(number), ServerUuid = Uuid(number), ServerId = (uint)number + 1, Version = ServerVersion.Parse("9.7.4"), Location = new Location($"c{source}", "r"),
            ReadOnly = number != source, SuperReadOnly = number != source, BinaryLog = new BinaryLog(true, true, "ROW"),
            Gtid = new GtidState(true, GtidSet.Parse($"{Uuid(source)}:1-100"), GtidSet.Empty),
            ReportedReplicas = number == source ? [.. Enumerable.Range(1, Size - 1).Select(i => Key(number + i))] : [],
            Links = number == source ? [] :
            [
                new ReplicationLink
                {
                    Source = Key(source), SourceUuid = Uuid(source), Receiver = ReplicationThread.Running, Applier = ReplicationThread.Running, AutoPosition = true,
                    Received = GtidSet.Parse($"{Uuid(source)}:1-100"), HeartbeatInterval = TimeSpan.FromSeconds(1),
                },
            ],
        };
    }

    private static InstanceKey Key(int number) => new($"db{number}.example.com", 3306);

    private static string Uuid(int number) => $"00000000-0000-0000-0000-{number:x12}";
}
