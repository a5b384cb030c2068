namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>
/// Writes that a stage blocks on a living primary: for how long at most, and what ends it. Stored with the stage, so
/// that it can be ended when nothing more can be stored (S11, S13).
/// </summary>
/// <param name="Limit">Counted from when the steps of the stage are sent; <c>Takeover:WriteBlockLimit</c>.</param>
/// <param name="Undo">What lets clients write again as before.</param>
public sealed record WriteBlock(TimeSpan Limit, PlannedStep Undo);

/// <summary>The end of a block of writes, sent before a stage of the plan ended it.</summary>
/// <param name="Because">What made it end: the limit was reached, or nothing could be stored any more.</param>
/// <param name="At">When that was decided.</param>
/// <param name="Result">How <see cref="WriteBlock.Undo"/> went; null while it was not sent or has not ended.</param>
public sealed record BlockUndo(string Because, DateTimeOffset At, StepResult? Result);
