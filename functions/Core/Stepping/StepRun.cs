using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Stepping;

/// <summary>What a step is waiting for.</summary>
public enum StepPhase
{
    /// <summary>The server is looked at, before anything is sent.</summary>
    Looking,
    /// <summary>A session is being had.</summary>
    Preparing,
    /// <summary>What could close the server late is being ended.</summary>
    TakingBack,
    /// <summary>Servers that must not accept writes beside it are looked at again.</summary>
    LookingBeside,
    /// <summary>The statement is at the server, or on its way.</summary>
    Sent,
    /// <summary>The server does what it was told; it is waited for in turns, and looked at between them.</summary>
    Waiting,
    /// <summary>The statement is being killed.</summary>
    Killing,
    /// <summary>The statement waits in its session, and nobody waits for it.</summary>
    Queued,
    /// <summary>It is over.</summary>
    Over,
}

/// <summary>Where one step stands. Instants are readings of the process's monotonic clock.</summary>
public sealed record StepRun
{
    public required PlannedStep Planned { get; init; }
    public required StepTerms Terms { get; init; }
    public required TimeSpan BeganAt { get; init; }
    public StepPhase Phase { get; init; }

    /// <summary>The server as it was looked at last; null before.</summary>
    public Instance? Seen { get; init; }

    /// <summary>The server that the step is meant for, as it was known then; null when it was not.</summary>
    public Instance? PlannedFor { get; init; }

    /// <summary>When that look was answered; null when it counts for nothing.</summary>
    public TimeSpan? SeenAt { get; init; }

    /// <summary>When the looks at the servers beside it were asked for; null before.</summary>
    public TimeSpan? BesideAskedAt { get; init; }

    /// <summary>
    /// The oldest look at a server beside it shows it as it was then or later; null where none counts. One may answer
    /// at once and the next one be waited for.
    /// </summary>
    public TimeSpan? BesideSeenAt { get; init; }

    /// <summary>Nothing of ours can close the server late any more.</summary>
    public bool IsTakenBack { get; init; }

    /// <summary>How the step ends when the statement is known to have ended.</summary>
    public StepResult? Ending { get; init; }

    /// <summary>Nobody waits for it any longer.</summary>
    public bool IsStopped { get; init; }

    internal PlanStep Step => Planned.Step;
    internal TimeSpan Deadline => BeganAt + Planned.Timeout;
    internal bool IsBesideFreshAt(TimeSpan now) => BesideSeenAt is not { } at || now - at <= Terms.FreshFor;
    internal bool IsFreshAt(TimeSpan now) => Seen is not null && SeenAt is { } at && now - at <= Terms.FreshFor;
}
