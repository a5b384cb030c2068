using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>
/// The operator's wishes a plan follows; recorded with the recovery, so that a resumed one follows the same.
/// </summary>
public sealed record RecoveryPolicy
{
    /// <summary>
    /// Promote although an unreachable replica may hold acknowledged transactions nobody else has (S4).
    /// </summary>
    public bool AllowPossibleLoss { get; init; }

    /// <summary>Never promote in another data centre than the old primary's.</summary>
    public bool SameDataCenterOnly { get; init; }

    /// <summary>Never promote in another region than the old primary's.</summary>
    public bool SameRegionOnly { get; init; }

    /// <summary>For statements that answer at once on a healthy server.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a fence waits for an answer. The statement stays queued at the server when none comes.
    /// </summary>
    public TimeSpan FenceTimeout { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a promoted replica may take to apply what it has received.</summary>
    public TimeSpan ApplyTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a planned switch may keep writes blocked before it is rolled back.</summary>
    public TimeSpan WriteBlockLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A planned switch does not begin with a replica further behind than this.</summary>
    public long TakeoverLagLimitSeconds { get; init; } = 5;

    /// <summary>Attempts at a step that must succeed.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>
    /// Patterns of clusters (as in <see cref="Gating.RecoveryFilter"/>) where an operator is asked before a dead
    /// primary's successor is prepared.
    /// </summary>
    public ImmutableArray<string> ApproveClusters { get; init; } = [];

    /// <summary>How long an operator may take to answer before the plan is given up.</summary>
    public TimeSpan ApprovalTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A replication account is configured, so a server without a link can be made a replica.</summary>
    public bool HasReplicationAccount { get; init; }

    /// <summary>What becomes of the scheduled events that the old primary ran.</summary>
    public EventHandling Events { get; init; } = EventHandling.Enable;

    /// <summary>Hooks in the order in which they run at each point; default or empty for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<PlannedHook> Hooks { get; init; }

    /// <summary>No plan has more stages than this; one that would is stuck.</summary>
    public const int StageLimit = 24;

    public static RecoveryPolicy Default { get; } = new();
}
