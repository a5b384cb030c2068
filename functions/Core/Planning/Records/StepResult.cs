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
    [JsonIgnore]
    public bool IsSuccess => State is StepState.Done or StepState.AlreadyTrue;
}
