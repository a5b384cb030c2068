using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Running;

/// <summary>What a run is waiting for.</summary>
public enum RunPhase
{
    /// <summary>The record with its newest stage is being stored.</summary>
    Saving,
    /// <summary>It is asked whether an operator left something, before a stage or after it.</summary>
    Listening,
    /// <summary>The steps of the newest stage are under way.</summary>
    Running,
    /// <summary>The servers are looked at, after a stage or because what was seen is too old.</summary>
    Looking,
    /// <summary>
    /// Steps of earlier stages are still under way, and the next stage must not be overtaken by them: their ends are
    /// waited for, then the servers are looked at again.
    /// </summary>
    Draining,
    /// <summary>It is over.</summary>
    Over,
}

/// <summary>
/// Where one run of a recovery stands: everything the machine remembers between two events. A crash forgets it; the
/// record stays.
/// </summary>
public sealed record RecoveryRun
{
    public required Recovery Recovery { get; init; }
    public required Topology Topology { get; init; }
    public required RunLimits Limits { get; init; }

    /// <summary>How many more stages this run carries out.</summary>
    public required int StagesLeft { get; init; }

    /// <summary>
    /// Servers that are looked at after each stage, and waited for. Those that were silent at the beginning are not
    /// waited for: their silence would be paid for in downtime. They are looked at beside every stage and every round
    /// of looks, and belong here from when one shows itself.
    /// </summary>
    public required ImmutableArray<InstanceKey> Involved { get; init; }

    /// <summary>The ledger as it was last given to the store.</summary>
    public required Ledger Kept { get; init; }

    /// <summary>What is stored of it with the newest record; null when nothing in it changes.</summary>
    public Ledger? Unsaved { get; init; }

    public RunPhase Phase { get; init; }

    /// <summary>What the planner saw when it planned, or last confirmed, the newest stage.</summary>
    public Topology? PlannedOn { get; init; }

    /// <summary>This run planned the newest stage, so nobody sent a step of it before this run does.</summary>
    public bool IsNewestUnsent { get; init; }

    /// <summary>
    /// When the stage was sent that blocks writes (<see cref="Moment.Running"/>); null when none was.
    /// </summary>
    public TimeSpan? BlockedAt { get; init; }

    /// <summary>When the store was asked for what the run waits for now (<see cref="Moment.Running"/>).</summary>
    public TimeSpan StoreAskedAt { get; init; }

    /// <summary>The record could not be stored, and it is tried again at the next wake-up.</summary>
    public bool IsSaveDue { get; init; }

    /// <summary>When <see cref="Topology"/> had been looked at (<see cref="Moment.Running"/>).</summary>
    public TimeSpan SeenAt { get; init; }

    /// <summary>
    /// When the newest look at the subject was answered; when it was asked for, where a dead one was silent. Null when
    /// nobody looked in this run.
    /// </summary>
    public TimeSpan? SubjectSeenAt { get; init; }

    /// <summary>Looks under way that nothing waits for: at the subject beside a stage, at silent servers.</summary>
    public ImmutableHashSet<InstanceKey> Beside { get; init; } = [];

    /// <summary>When looks beside the stage were last asked for.</summary>
    public TimeSpan BesideAt { get; init; }

    /// <summary>A former primary is seen open while the stage runs: the next one closes it at once.</summary>
    public bool IsInHaste { get; init; }

    /// <summary>Every server was looked at in this run before anything was opened, silent ones included.</summary>
    public bool HasLookedAround { get; init; }

    /// <summary>When the looks that are waited for were asked for; an earlier one shows what was before them.</summary>
    public TimeSpan RoundAt { get; init; }

    /// <summary>
    /// Servers whose looks what ends a block of writes still waits for; null when none were asked for.
    /// </summary>
    public ImmutableHashSet<InstanceKey>? LookedBeforeUndo { get; init; }

    /// <summary>When those looks were asked for.</summary>
    public TimeSpan UndoLooksAt { get; init; }

    /// <summary>When the last of these looks was answered, or had failed.</summary>
    public TimeSpan UndoLookedAt { get; init; }

    /// <summary>Results of the newest stage so far, in the order of its steps.</summary>
    public ImmutableArray<StepResult?> Results { get; init; } = [];

    /// <summary>Steps of the newest stage that were sent, by their place in it.</summary>
    public ImmutableHashSet<int> Sent { get; init; } = [];

    /// <summary>Lines with a step under way, be it of a stage that is over.</summary>
    public ImmutableHashSet<StepLine> Busy { get; init; } = [];

    /// <summary>When the newest step sent to a server has ended (<see cref="Moment.Running"/>).</summary>
    public ImmutableDictionary<InstanceKey, TimeSpan> StepsEndedAt { get; init; } =
        ImmutableDictionary<InstanceKey, TimeSpan>.Empty;

    /// <summary>When the newest look of this run at a server was begun (<see cref="Moment.Running"/>).</summary>
    public ImmutableDictionary<InstanceKey, TimeSpan> LookedFrom { get; init; } =
        ImmutableDictionary<InstanceKey, TimeSpan>.Empty;

    /// <summary>Until when steps that may fail are waited for; null while others have not ended.</summary>
    public TimeSpan? PatientUntil { get; init; }

    /// <summary>Why the steps that only wait are not waited for any longer; null while they are.</summary>
    public string? Interrupted { get; init; }

    /// <summary>Looks that are waited for, and how often each server was looked at in this round.</summary>
    public ImmutableDictionary<InstanceKey, int> Awaited { get; init; } = ImmutableDictionary<InstanceKey, int>.Empty;

    /// <summary>The looks that are waited for are at all servers involved.</summary>
    public bool IsWholeLook { get; init; }

    /// <summary>
    /// Whether the stage is to be run after what is waited for now; otherwise the next one is planned.
    /// </summary>
    public bool IsBeforeStage { get; init; }

    public TimeSpan ListenedAt { get; init; }

    internal int StageNumber => Recovery.Stages.Length - 1;

    internal StageRecord Newest => Recovery.Stages[^1];

    /// <summary>
    /// Whether what is seen of a server shows what the steps of this run have done there: none is under way, and the
    /// newest look was begun after the last one. Not of one that is no member here: it may be stored by another address
    /// since.
    /// </summary>
    internal bool IsLookedSince(InstanceKey key)
    {
        if (Topology[key] is null || Busy.Contains(new StepLine(IsBeside: false, key))) return false;
        return !StepsEndedAt.TryGetValue(key, out var ended)
            || (LookedFrom.TryGetValue(key, out var from) && from >= ended);
    }

    internal bool IsSubject(InstanceKey key) => key == Recovery.Subject && Recovery.Kind.SubjectIsDead;
}
