using Microsoft.DurableTask;

namespace OrchestratorFunctions.App.Recoveries;

/// <summary>
/// How long an orchestration waits and how often it tries again. Constants: an orchestration must decide the same at
/// every replay.
/// </summary>
internal static class Patience
{
    /// <summary>While another process runs the recovery: its lease ends ten seconds after it died.</summary>
    public static readonly TimeSpan ForOthers = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Between two looks whether the question still stands; an answer comes as an event and is heard at once.
    /// </summary>
    public static readonly TimeSpan ForApproval = TimeSpan.FromSeconds(30);

    /// <summary>Turns before the history is begun anew.</summary>
    public const int TurnsMost = 200;

    /// <summary>
    /// An activity that failed ran into an outage of the store; it is tried for about half an hour before the
    /// orchestration fails visibly.
    /// </summary>
    public static readonly TaskOptions Again = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 70, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromSeconds(30), retryTimeout: TimeSpan.FromMinutes(30)));
}
