using System.Collections.Immutable;
using System.Text.Json;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests;

/// <summary>Values to store.</summary>
internal static class Samples
{
    public static readonly ClusterId Shop = new("shop-1");
    public static readonly ClusterId Wiki = new("wiki-1");
    public static readonly InstanceKey Db1 = new("db1.example.com", 3306);
    public static readonly InstanceKey Db2 = new("db2.example.com", 3306);
    public static readonly InstanceKey Db3 = new("2001:db8::3", 3307);

    private static readonly string[] Uuids = ["3e11fa47-71ca-11e1-9e33-c80aa9429562", "8a94f357-aab4-11df-86ab-c80aa9429562"];

    public static readonly EventNames Nightly = EventNames.Of(["`shop`.`nightly`", "`shop`.`purge`"]);

    // Without what is derived.
    private static readonly JsonSerializerOptions Whole = new(CoreJson.Indented) { IgnoreReadOnlyProperties = true };

    public static string Json<T>(T value) => JsonSerializer.Serialize(value, Whole);

    public static Recovery NewRecovery(string id = "r-1", ClusterId? cluster = null, DateTimeOffset? at = null) => new()
    {
        Id = id,
        Cluster = cluster ?? Shop,
        Kind = PlanKinds.DeadPrimary,
        Actor = "watcher a",
        StartedAt = at ?? Rooms.Start,
        Subject = Db1,
        Code = AnalysisCode.DeadPrimary,
        Sentence = "Primary cannot be reached and no replica replicates",
        Evidence = ["db1 refused the connection", "db2: receiver connecting, error 2003 \"can't connect\" – größer"],
    };

    public static Recovery Held(string id, string because, DateTimeOffset at, string setting = "Recovery:Filters") =>
        NewRecovery(id, at: at).With(new StageRecord(PlanStage.End("held", new RecoveryOutcome.Held(new(because, setting))), 0, at, []));

    public static StageRecord Planned(string name, params PlanStep[] steps) => new(
        new PlanStage(name, $"because of {name}", [.. steps.Select(s => new PlannedStep(s, Tolerance.Must, TimeSpan.FromSeconds(5), $"so that {s.Says}"))]),
        Epoch: 7, Rooms.Start.AddSeconds(1), []);

    public static StageRecord Ran(StageRecord planned) => planned with
    {
        Results = [.. planned.Stage.Steps.Select((s, i) => new StepResult((StepState)(i % 5), TimeSpan.FromMilliseconds(12.5 + i), i + 1, i == 0 ? "" : "went \\wrong?"))],
        DoneAt = Rooms.Start.AddTicks(12_345_678),
        Findings = ["db2 was foretold to be writable and is not"],
    };

    public static StageRecord End(string because = "tested") => new(
        PlanStage.End("abandon", new RecoveryOutcome.Abandoned(new(because, "Recovery:AllowPossibleLoss"))), 7, Rooms.Start.AddMinutes(1), []);

    public static StageRecord Promotion() => new(
        PlanStage.End("end", new RecoveryOutcome.Promoted(Db2, [new Lost(Db3, "errant transactions")])), 7, Rooms.Start.AddMinutes(1), []);

    /// <summary>The stages of a long recovery, none of them planned by a planner: what is tested is that they come back.</summary>
    public static ImmutableArray<StageRecord> RichStages()
    {
        var target = GtidSet.Parse($"{Uuids[0]}:1-77:90,{Uuids[1]}:5-6");
        var choice = new CandidateChoice(
            Db2, [new CandidateJudgement(Db2, 1, ["received most"]), new CandidateJudgement(Db3, 0, ["its promotion rule is must_not"])], target, Db3, "db9 was not seen");
        var events = Planned("events", new SetEvents(Db2, Nightly, EventState.Enabled) { StartsScheduler = true }, new SetEvents(Db1, Nightly, EventState.ReplicaSide));
        var choose = Planned("choose", new WaitUntilApplied(Db2, target));
        return
        [
            Ran(Planned("fence", new Fence(Db1))),
            Ran(Planned("stop", new StopReceiving(Db2), new StopReceiving(Db3))),
            Ran(choose with { Stage = choose.Stage with { Choice = choice } }),
            Ran(Planned("catch up", new PointTo(Db2, Db3), new StartReplication(Db2), new ForgetSource(Db2))),
            Ran(events with { Stage = events.Stage with { Events = Server(Db1).Events } }),
            Ran(Planned("open", new SetReadOnly(Db1), new SetSemiSync(Db2, AsSource: true, AsReplica: false), new SetWritable(Db2))),
        ];
    }

    public static Instance Server(InstanceKey key, string version = "8.4.3") => new()
    {
        Key = key,
        ServerUuid = Uuids[0],
        ServerId = 7,
        Version = ServerVersion.Parse(version),
        ReadOnly = true,
        Gtid = new GtidState(true, GtidSet.Parse($"{Uuids[0]}:1-1000")),
        BinaryLog = new BinaryLog(true, true, "ROW"),
        Links = [new ReplicationLink { Source = Db1, Receiver = ReplicationThread.Running, Applier = ReplicationThread.Running, LagSeconds = 3 }],
        Aliases = [new InstanceKey("replica-7", 3306)],
        Events = ScheduledEvents.None with { Scheduler = EventScheduler.Off, Disabled = Nightly, ReplicaSide = EventNames.Of(["`größe`.`b``x`"]) with { More = 3 } },
    };

    public static StoredMember Sighting(InstanceKey key, string failure = "") => new(key, Server(key), Rooms.Start, LastFailure: failure);

    public static Failure Failure(string id = "f-1", params string[] evidence) => new(
        id, Shop, Db1, AnalysisCode.DeadPrimary, PlanKinds.DeadPrimary, "Primary cannot be reached", [.. evidence], Rooms.Start);
}
