using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Explaining;

/// <summary>The types of notices.</summary>
public static class NoticeType
{
    public const string FailureHeld = "failure-held", RecoveryBegan = "recovery-began",
        ApprovalAsked = "approval-asked", RecoveryEnded = "recovery-ended";

    public static ImmutableArray<string> All { get; } = [FailureHeld, RecoveryBegan, ApprovalAsked, RecoveryEnded];
}

/// <summary>
/// One thing that happened, for people and chat rooms: a sentence, and the facts behind it. Made from a stored
/// recovery, so no secret can be in it.
/// </summary>
public sealed record Notice
{
    public required string Type { get; init; }

    /// <summary>The same whenever and wherever the notice is made, so that who gets it twice can tell.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Says { get; init; }

    /// <summary>The sentence again, under the name chat rooms look for.</summary>
    public required string Text { get; init; }

    public required ClusterId Cluster { get; init; }
    public string? Alias { get; init; }

    /// <summary>Id of the recovery, or of the record of why there was none.</summary>
    public required string Recovery { get; init; }

    public required PlanKind Kind { get; init; }

    /// <summary>The problem behind it; null for what an operator asked for.</summary>
    public AnalysisCode? Code { get; init; }

    public required InstanceKey Subject { get; init; }
    public required string Actor { get; init; }

    /// <summary>Who is to be promoted, where an operator is asked.</summary>
    public InstanceKey? Candidate { get; init; }

    /// <summary>Who was promoted.</summary>
    public InstanceKey? Successor { get; init; }

    public ImmutableArray<Lost>? Lost { get; init; }

    /// <summary>What is not guaranteed to have survived, in words.</summary>
    public string? PossiblyLost { get; init; }

    public string? Outcome { get; init; }
    public string? Because { get; init; }

    /// <summary>The setting or act that would allow what was not done.</summary>
    public string? Remedy { get; init; }
}
