namespace OrchestratorFunctions.Core.Planning.Records;

/// <summary>A moment of a plan at which hooks run. Their order is the order in which they come.</summary>
public enum HookPoint
{
    /// <summary>Before a plan that replaces the primary, whether it is dead or is to be relieved.</summary>
    Detection,
    /// <summary>Before a planned switch.</summary>
    PreTakeover,
    /// <summary>Before a plan that replaces the primary, after the hooks of <see cref="Detection"/>.</summary>
    PreFailover,
    /// <summary>A server was opened in the primary's place, and the plan has nothing left to do.</summary>
    PostPrimaryFailover,
    /// <summary>An intermediate source was replaced. There is no such plan yet, so these never run.</summary>
    PostIntermediateFailover,
    /// <summary>The same as <see cref="PostPrimaryFailover"/>, after it.</summary>
    PostFailover,
    /// <summary>A planned switch reached its end.</summary>
    PostTakeover,
    /// <summary>A replica and its source have changed places.</summary>
    PostTakeSource,
    /// <summary>A plan that had begun has ended without a new primary, and what it did is undone as far as it can
    /// be.</summary>
    Unsuccessful,
}
