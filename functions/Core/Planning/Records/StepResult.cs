using System.Text.Json.Serialization;

namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>How a step went.</summary>
public enum StepState
{
    Done,
    /// <summary>It was true before; nothing was sent.</summary>
    AlreadyTrue,
    /// <summary>Sent on an open session to a server that has not answered yet.</summary>
    Queued,
    Failed,
    TimedOut,
}

/// <summary>What came of one step.</summary>
/// <param name="Says">Empty when all went well, else what went wrong.</param>
public sealed record StepResult(StepState State, TimeSpan Took, int Attempts = 1, string Says = "")
{
    /// <summary>
    /// The server itself has answered that it does not do it, or it was never sent: nothing of it takes effect later.
    /// False where that is not known.
    /// </summary>
    public bool IsRefused { get; init; }

    [JsonIgnore]
    public bool IsSuccess => State is StepState.Done or StepState.AlreadyTrue;
}
