using System.Collections.Immutable;
using System.Text.Json.Serialization;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Core.Refusing;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>
/// Everything about one recovery: what failed, under which policy, every stage with its reason and results.
/// Append-only; the one thing stored. To resume is to read it and go on; to audit is to read it.
/// </summary>
public sealed record Recovery
{
    public required string Id { get; init; }
    public required ClusterId Cluster { get; init; }
    public required PlanKind Kind { get; init; }

    /// <summary>Who or what asked for it.</summary>
    public required string Actor { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The primary that failed or is to be relieved, or the server to fence or to move.</summary>
    public required InstanceKey Subject { get; init; }

    /// <summary>The problem behind it; null for what an operator asked for.</summary>
    public AnalysisCode? Code { get; init; }
    public string Sentence { get; init; } = "";
    public ImmutableArray<string> Evidence { get; init; } = [];
    public RecoveryPolicy Policy { get; init; } = RecoveryPolicy.Default;

    /// <summary>What the person said who asked for it; null for what began by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OperatorRequest? Request { get; init; }

    /// <summary>It began because a problem stands, and not because a person asked for it.</summary>
    [JsonIgnore]
    public bool IsAutomatic => Kind.IsAutomatic && Request is null;

    /// <summary>The successor an operator named, null to let the ranking decide; of a move the new source.</summary>
    public InstanceKey? Target { get; init; }

    public ImmutableArray<StageRecord> Stages { get; init; } = [];

    private IEnumerable<StageRecord> Counted => Stages.Where(s => !s.WasNotBegun);

    /// <summary>The newest choice made, null before one is made.</summary>
    [JsonIgnore]
    public CandidateChoice? Choice => Stages.Select(s => s.Stage.Choice).LastOrDefault(c => c is not null);

    [JsonIgnore]
    public RecoveryOutcome? Outcome => Stages.LastOrDefault()?.Stage.Outcome;

    [JsonIgnore]
    public bool IsEnded => Outcome is not null;

    [JsonIgnore]
    public DateTimeOffset? EndedAt => IsEnded ? Stages[^1].PlannedAt : null;

    /// <summary>The operator's word that ends it, null while there is none.</summary>
    [JsonIgnore]
    public OperatorSignal? Cancelled => Stages.Select(s => s.Signal).FirstOrDefault(w => w?.Kind == SignalKind.Cancel);

    /// <summary>It stands still until an operator says a word, its time runs out or the servers change.</summary>
    [JsonIgnore]
    public bool AwaitsApproval => Stages.LastOrDefault() is { IsDone: false, Stage.AwaitsApproval: true };

    /// <summary>Recoveries change their cluster; those that only say why nothing was done do not.</summary>
    [JsonIgnore]
    public bool IsHeld => Outcome is RecoveryOutcome.Held;

    /// <summary>
    /// Whether a step was sent, or may have been. One that ended without changed nothing, so it holds nothing back.
    /// </summary>
    [JsonIgnore]
    public bool HasActed => Counted.Any(s => !s.Stage.Steps.IsEmpty);

    /// <summary>The same without hooks: whether a server was told something, or may have been.</summary>
    [JsonIgnore]
    public bool HasTouchedServers => Counted.Any(s => s.Stage.Hook is null && !s.Stage.Steps.IsEmpty);

    /// <summary>Hooks were run or are run, and the plan has not begun.</summary>
    [JsonIgnore]
    public bool WaitsForHooks => !Stages.IsEmpty && Stages.All(s => s.Stage.Hook is { IsBefore: true });

    public Recovery With(StageRecord stage) => this with { Stages = Stages.Add(stage) };

    public Recovery WithLast(StageRecord stage) => this with { Stages = Stages.SetItem(Stages.Length - 1, stage) };

    /// <summary>
    /// Whether somebody was told to take the primary's place and may have done so: from then on there is no way back,
    /// only forward. One whose server refused did not.
    /// </summary>
    [JsonIgnore]
    public bool HasOpened =>
        Counted.Any(s => s.Unrefused.Any(step => step is SetWritable && step.Target.Key != Subject));

    /// <summary>
    /// Whether the primary was told to refuse writes by a plan that goes on: until it has ended nobody can write.
    /// </summary>
    [JsonIgnore]
    public bool HasClosed =>
        Counted.Any(s => s.Stage.Steps.Any(p => p.Step is SetReadOnly && p.Step.Target.Key == Subject));

    /// <summary>
    /// Whether a server that received was told to stop, as far as is known: what was not sent is no such word. One that
    /// stood still as it told last was stopped when it said so.
    /// </summary>
    public bool HasToldToStop(InstanceKey key) => Stages.SelectMany(s => s.StepsWithResults)
        .Any(p => p.Step is StopReceiving stop && stop.Target.Key == key
            && (stop.WasReceiving ? p.Result is not { WasNotSent: true } : p.Result is { State: StepState.Done }));

    /// <summary>
    /// Whether a statement of this recovery may still close a server, though nothing is seen of it: it is queued, it
    /// could not be ended, or nobody knows whether it was sent. Opening the server takes such statements back.
    /// </summary>
    public bool MayStillClose(InstanceKey key)
    {
        var may = false;
        foreach (var (step, result) in Counted.SelectMany(s => s.StepsWithResults).Where(p => p.Step.Target.Key == key))
            if (step is Fence or SetReadOnly) may |= result is null or { MayActLate: true };
            else if (step is SetWritable && result is { IsSuccess: true }) may = false;
        return may;
    }

    /// <summary>
    /// Steps of stages that one process planned and another one went on from: the first may have sent them, and what it
    /// sent may come after everything that the second one does.
    /// </summary>
    [JsonIgnore]
    public IEnumerable<PlanStep> HandedOver => Stages.Zip(Stages.Skip(1))
        .Where(pair => pair.First.Epoch != pair.Second.Epoch)
        .SelectMany(pair => pair.First.Stage.Steps.Select(s => s.Step));

    /// <summary>Why an operator's word comes to nothing now; null when it can be taken in.</summary>
    public Refusal? WhyNot(OperatorSignal word)
    {
        if (IsEnded) return new($"recovery {Id} has ended: {Outcome!.Says}");
        return word.Kind == SignalKind.Approve ? WhyNotApproved(word.Candidate) : WhyNotCancelled();
    }

    private string StageName => Stages.LastOrDefault()?.Stage.Name ?? "its beginning";

    private Refusal? WhyNotApproved(InstanceKey? candidate)
    {
        if (!AwaitsApproval)
            return new($"recovery {Id} does not wait for approval; it is at {StageName}");
        return candidate is null || candidate == Choice?.Candidate
            ? null
            : new($"recovery {Id} asks about {Choice?.Candidate} now, not about {candidate}",
                "read it again, then approve");
    }

    private Refusal? WhyNotCancelled()
    {
        if (Stages.IsEmpty) return new($"recovery {Id} has not planned anything yet", "say it again in a moment");
        if (!HasOpened) return null;
        var opened = Choice?.Candidate.ToString() ?? "a server";
        return new($"recovery {Id} has told {opened} to accept writes already",
            "let it end, then switch back with a takeover");
    }

    /// <summary>
    /// Takes in an operator's word. The newest stage counts as done with it: what was not begun stays undone, and what
    /// was is seen.
    /// </summary>
    public Recovery WithSignal(OperatorSignal word) =>
        WithLast(Stages[^1] with { Signal = word, DoneAt = Stages[^1].DoneAt ?? word.At });

    /// <summary>How often a stage of that name was carried out, or is about to be.</summary>
    public int Times(string stageName) => Stages.Count(s => s.IsAttempt && s.Stage.Name == stageName);

    public StageRecord? Last(string stageName) => Counted.LastOrDefault(s => s.Stage.Name == stageName);

    /// <summary>Whether the newest attempt at a step succeeded; null when it was never tried.</summary>
    public bool? Succeeded(PlanStep step) =>
        Stages.Reverse().SelectMany(s => s.Stage.Steps.Zip(s.Results))
            .Where(p => p.First.Step == step).Select(p => (bool?)p.Second.IsSuccess).FirstOrDefault();
}
