using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Core.Rehearsing;
using OrchestratorFunctions.Core.Stepping;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Settings;

namespace OrchestratorFunctions.Flow.Tests;

/// <summary>Servers made of data behind the ports that look and act, with a log of the steps that were run.</summary>
internal sealed class World : ISight
{
    public static readonly ClusterId Cluster = new("c-test");
    public static readonly InstanceKey Primary = new("db1", 3306);
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock gate = new();
    private readonly Dictionary<InstanceKey, TaskCompletionSource<string>> held = [];
    private SimulatedFleet fleet;

    public World(int replicas = 3, bool semiSync = true)
    {
        var source = Server("db1", null, semiSync);
        Member[] all = [Member.SeenAs(source, Noon), .. Enumerable.Range(2, replicas).Select(i => Member.SeenAs(Server($"db{i}", source, semiSync), Noon))];
        fleet = new SimulatedFleet(new Topology(Cluster, Noon, all));
    }

    public World(Topology start) => fleet = new SimulatedFleet(start);

    public List<PlanStep> Ran { get; } = [];

    /// <summary>How long each look was to wait at most.</summary>
    public ConcurrentQueue<(InstanceKey Key, TimeSpan Timeout)> Looks { get; } = new();

    /// <summary>Called before a step runs; may throw or block to stand for a fault.</summary>
    public Func<PlanStep, Task> BeforeStep { get; set; } = _ => Task.CompletedTask;

    /// <summary>Steps that the server refuses.</summary>
    public Func<PlanStep, bool> Refuses { get; set; } = _ => false;

    /// <summary>Called before a look is answered; may block to stand for a look that takes its time.</summary>
    public Func<InstanceKey, Task> BeforeLook { get; set; } = _ => Task.CompletedTask;

    public Topology Now
    {
        get { lock (gate) return fleet.Now; }
    }

    public void Put(Func<Topology, Topology> change)
    {
        lock (gate) fleet = new SimulatedFleet(change(fleet.Now));
    }

    /// <summary>The server stops listening; its replicas notice, unless told otherwise.</summary>
    public void Kill(InstanceKey key, bool replicasNotice = true)
    {
        Put(t => t.With(t[key]!.With(new ProbeOutcome.Failed(ProbeFailureKind.Refused, "connection refused"), Noon)));
        if (replicasNotice) foreach (var replica in Now.ReplicasOf(key)) Link(replica.Key, l => l with { Receiver = ReplicationThread.Connecting, ReceiverErrorNumber = 2003 });
        lock (gate)
            if (held.Remove(key, out var session)) session.TrySetResult("the session broke");
    }

    public void Fail(InstanceKey key, ProbeFailureKind kind, string says = "no") => Put(t => t.With(t[key]!.With(new ProbeOutcome.Failed(kind, says), Noon)));

    public void Revive(InstanceKey key, Func<Instance, Instance>? change = null) =>
        Put(t => t.With(t[key]!.With(new ProbeOutcome.Seen((change ?? (i => i))(t[key]!.LastSeen!)), Noon)));

    public void Link(InstanceKey key, Func<ReplicationLink, ReplicationLink> change) => Put(t =>
        t[key]!.LastKnown is { } known ? t.With(t[key]!.With(new ProbeOutcome.Seen(known with { Links = [.. known.Links.Select(change)] }), Noon)) : t);

    public async Task<ProbeOutcome> ProbeAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel)
    {
        Looks.Enqueue((key, timeout));
        await BeforeLook(key).WaitAsync(cancel);
        return Now[key] is { } member && member.Key == key ? member.Outcome : new ProbeOutcome.Failed(ProbeFailureKind.NameNotFound, "the name does not resolve");
    }

    public Task<string?> AmbiguityAsync(InstanceKey key, TimeSpan timeout, CancellationToken cancel) => Task.FromResult<string?>(null);

    /// <summary>From where replicas read a server's binary log.</summary>
    public ImmutableArray<string> ReplicaHosts { get; set; } = [];

    public Task<ImmutableArray<string>> ReplicaHostsAsync(
        InstanceKey source, TimeSpan timeout, CancellationToken cancel) => Task.FromResult(ReplicaHosts);

    /// <summary>The binary log files of every server, newest first, with what each begins with; null where they cannot be read.</summary>
    public (string File, string Before)[]? Logs { get; set; }

    public Task<LogsRead> SearchLogsAsync(InstanceKey key, LogSearch search, TimeSpan timeout, CancellationToken cancel) => Task.FromResult(Logs is null
        ? new LogsRead(search, 0, new("the files cannot be read"))
        : new LogsRead(Logs.Aggregate(search, (s, log) => s.Older(log.File, GtidSet.Parse(log.Before))), Logs.Length));

    public void Forget(InstanceKey key)
    {
    }

    public async Task<StepResult> RunAsync(PlannedStep step, Topology topology, StepTerms terms, CancellationToken cancel)
    {
        await BeforeStep(step.Step).WaitAsync(cancel);
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            Ran.Add(step.Step);
            if (Refuses(step.Step)) return new StepResult(StepState.Failed, TimeSpan.Zero, Says: "refused");
            return fleet.Run(new PlanStage("one", "", [step]))[0];
        }
    }

    public IReadOnlyList<string> Preview(PlanStep step, Topology topology) => [step.Says];

    public async Task<string> HoldAsync(InstanceKey key, CancellationToken cancel)
    {
        TaskCompletionSource<string> session;
        lock (gate) session = held[key] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return await session.Task.WaitAsync(cancel);
    }

    public Task WarmAsync(InstanceKey key, CancellationToken cancel) => Task.CompletedTask;

    public int LossesPractised { get; private set; }

    public Task PractiseLossAsync(CancellationToken cancel)
    {
        LossesPractised++;
        return Task.CompletedTask;
    }

    public ConcurrentQueue<InstanceKey> PractisedOn { get; } = [];

    public Task PractiseAsync(InstanceKey key, TimeSpan within, CancellationToken cancel, bool isToBeOpened = false)
    {
        PractisedOn.Enqueue(key);
        return Task.CompletedTask;
    }

    public static Instance Server(string host, Instance? source, bool semiSync) => new()
    {
        Key = new InstanceKey(host, 3306), ServerUuid = Uuid(host), ServerId = (uint)host[^1], Version = ServerVersion.Parse("9.7.4"),
        ReadOnly = source is not null, SuperReadOnly = source is not null, BinaryLog = new BinaryLog(true, true, "ROW"),
        Gtid = new GtidState(true, GtidSet.Parse($"{Uuid("db1")}:1-100"), GtidSet.Empty),
        SemiSync = new SemiSync(
            semiSync, SourceEnabled: semiSync && source is null, SourceActive: semiSync && source is null, WaitForReplicas: 1, Clients: 3,
            TimeoutMilliseconds: 100_000, ReplicaEnabled: semiSync && source is not null, ReplicaActive: semiSync && source is not null),
        Links = source is null ? [] :
        [
            new ReplicationLink
            {
                Source = source.Key, SourceUuid = source.ServerUuid, Receiver = ReplicationThread.Running, Applier = ReplicationThread.Running, AutoPosition = true,
                Received = GtidSet.Parse($"{source.ServerUuid}:1-100"), LagSeconds = 0, SilentFor = TimeSpan.Zero, HeartbeatInterval = TimeSpan.FromSeconds(1),
            },
        ],
        ReportedReplicas = source is null ? [new("db2", 3306), new("db3", 3306), new("db4", 3306)] : ImmutableArray<InstanceKey>.Empty,
    };

    private static string Uuid(string host) => $"00000000-0000-0000-0000-0000000000{host[^1]:x}{host[^1]:x}"[..36];
}

/// <summary>Servers as one process reaches them: it looks at them, holds sessions and runs steps.</summary>
internal interface ISight : IInstanceProbe, ISessionKeeper, IStepRunner;
