using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>
/// Steps of several servers run side by side, those of one server one after another. All other order lives between
/// stages. A stage with an <see cref="Outcome"/> is the last one.
/// </summary>
/// <param name="Choice">Set on the stage that fixes the candidate; from then on the recovery keeps it (S3).</param>
/// <param name="Refusal">On a stage that gives up and undoes: why, and what would have allowed it to go on
/// (L7).</param>
/// <param name="AwaitsApproval">Nothing is done; an operator is asked whether the plan may go on.</param>
public sealed record PlanStage(
    string Name, string Because, ImmutableArray<PlannedStep> Steps, CandidateChoice? Choice =
        null, RecoveryOutcome? Outcome = null,
    Refusal? Refusal = null, bool AwaitsApproval = false)
{
    [JsonIgnore]
    public bool IsLast => Outcome is not null;

    /// <summary>The hook that this stage runs, and nothing else; null for every other stage.</summary>
    [JsonIgnore]
    public RunHook? Hook => Steps is [{ Step: RunHook hook }] ? hook : null;

    /// <summary>What comes of a step that <see cref="IsInVain"/>: it is not sent.</summary>
    public static StepResult NotAfterFailure { get; } = Unsent("what was to come before it has failed");

    /// <summary>What opens a server and has waited for its turn longer than a look counts.</summary>
    internal static StepResult NotSoLate { get; } =
        Unsent("what came before it took so long that everybody is looked at again first");

    /// <summary>
    /// Whether a step would open a server on which something that had to be done before has failed (S6, S10).
    /// </summary>
    /// <param name="results">Of the steps before it; null where one has not ended.</param>
    public bool IsInVain(int step, IReadOnlyList<StepResult?> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        return OpensAfterOthers(step) && Before(step).Any(i =>
            Steps[i].Tolerance == Tolerance.Must && results[i] is { IsSuccess: false });
    }

    /// <summary>Whether a step opens a server after others have changed it in this stage.</summary>
    public bool OpensAfterOthers(int step) =>
        !GoesBack && Steps[step].Step is SetWritable && Before(step).Any();

    private IEnumerable<int> Before(int step) => Enumerable.Range(0, step)
        .Where(i => Steps[i].Step.Target.Key == Steps[step].Step.Target.Key && Steps[i].Step is not MarkStep);

    private static StepResult Unsent(string because) =>
        new(StepState.Failed, TimeSpan.Zero, Says: $"not sent: {because}") { IsRefused = true, WasNotSent = true };

    /// <summary>
    /// It takes back or closes instead of going on. A stored stage is not run when one of these is asked for now.
    /// </summary>
    public bool GoesBack { get; init; }

    /// <summary>
    /// Nobody can write from this stage on, until a server is told to accept writes; null when it blocks nothing.
    /// </summary>
    public WriteBlock? Block { get; init; }

    /// <summary>
    /// On the first stage of a planned switch: what the old primary promised its clients with semi-sync. Null when it
    /// promised nothing, and on other stages.
    /// </summary>
    public SemiSyncRule? Rule { get; init; }

    /// <summary>
    /// On the first stage of a plan that replaces the primary: its scheduled events. Null when there is nothing to say
    /// of them, and on other stages.
    /// </summary>
    public ScheduledEvents? Events { get; init; }

    /// <summary>
    /// On the first stage of a plan that moves several servers: every one of them with its new source, in the order in
    /// which they go. Empty on other stages.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<PlannedMove> Moves { get; init; }

    /// <summary>What became of single servers since the stage before, in a plan that moves several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableArray<EndedMove> EndedMoves { get; init; }

    /// <summary>A stage that only records how the recovery ended.</summary>
    public static PlanStage End(string name, RecoveryOutcome outcome) => new(name, outcome.Says, [], Outcome: outcome);

    /// <summary>The end of a plan that is given up.</summary>
    public static PlanStage Abandon(Refusal why) => End("abandon", new RecoveryOutcome.Abandoned(why));

    /// <summary>The end of a plan that is given up because its server does not answer.</summary>
    public static PlanStage AbandonAway(string because, string remedy = "") =>
        End("abandon", new RecoveryOutcome.Abandoned(new Refusal(because, remedy)) { IsAway = true });

    /// <inheritdoc cref="Abandon(Refusal)"/>
    public static PlanStage Abandon(string because, string remedy = "") => Abandon(new Refusal(because, remedy));
}
