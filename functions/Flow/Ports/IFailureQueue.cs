using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>
/// A failure that passed the gate and asks for a recovery. The id names the recovery too, so a message delivered twice
/// starts one.
/// </summary>
public sealed record Failure(
    string Id, ClusterId Cluster, InstanceKey Subject, AnalysisCode Code, PlanKind Kind, string Sentence,
    ImmutableArray<string> Evidence, DateTimeOffset FoundAt)
{
    public const int SchemaVersion = 1;

    /// <summary>The recovery that was to make way for it when it was found; null when none was running.</summary>
    public string? Supersedes { get; init; }

    /// <summary>The analysis behind it, without the counts, which are not carried.</summary>
    public Analysis ToAnalysis() =>
        new(Cluster, Subject, Code, Severity.Critical, Kind, Sentence, Advice: "", ReplicaTally.None, Evidence);
}

/// <summary>A failure taken from the queue, to be completed or given back.</summary>
public sealed record ReceivedFailure(Failure Failure, int DeliveryCount, object Receipt);

/// <summary>Where failures are sent on their way to a recovery: each arrives at least once.</summary>
public interface IFailureSink
{
    Task SendAsync(Failure failure, CancellationToken cancel);

    /// <summary>
    /// Does what sending needs, so that it has been done once and is known to work. Nobody acts on the failure.
    /// </summary>
    Task PractiseAsync(Failure failure, CancellationToken cancel);
}

/// <summary>Failures sent and received in one place: at least once, unordered.</summary>
public interface IFailureQueue : IFailureSink
{
    /// <summary>
    /// The next failure, hidden from others for a while; null when there is none. What cannot be read goes to the
    /// poison queue with a reason.
    /// </summary>
    Task<ReceivedFailure?> ReceiveAsync(TimeSpan hiddenFor, CancellationToken cancel);

    Task CompleteAsync(ReceivedFailure received, CancellationToken cancel);

    Task AbandonAsync(ReceivedFailure received, CancellationToken cancel);
}
