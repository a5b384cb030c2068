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
/// <param name="Says">What went wrong, or what had to be done besides; empty when there is nothing to say.</param>
public sealed record StepResult(StepState State, TimeSpan Took, int Attempts = 1, string Says = "")
{
    /// <summary>
    /// The server itself has answered that it does not do it, or it was never sent: nothing of it takes effect later.
    /// False where that is not known.
    /// </summary>
    public bool IsRefused { get; init; }

    /// <summary>Its server was never told, so nothing of it has taken effect either.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WasNotSent { get; init; }

    [JsonIgnore]
    public bool IsSuccess => State is StepState.Done or StepState.AlreadyTrue;

    /// <summary>Nobody waited for its end, or for its turn to be sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsUnderWay { get; init; }

    /// <summary>
    /// The statement was not answered and could not be ended, or its stage ended before it: it may take effect at any
    /// time, or have done so.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MayTakeEffect { get; init; }

    /// <summary>What it was to do may still be done, unseen: it is queued, or it could not be ended.</summary>
    [JsonIgnore]
    public bool MayActLate => State == StepState.Queued || MayTakeEffect;
}
