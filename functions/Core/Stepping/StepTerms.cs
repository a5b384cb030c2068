using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Stepping;

/// <summary>
/// Under which conditions a step may be sent. All instants are readings of the process's monotonic clock: a process
/// that was stopped between its decision and the sending sees how late it is, whatever its wall clock says.
/// </summary>
/// <param name="NotAfter">The lease may be another one's from then on: nothing is sent any more (S18).</param>
/// <param name="SeenAt">
/// When the look at the server was answered that the step comes with; null when none counts.
/// </param>
public sealed record StepTerms(TimeSpan NotAfter, TimeSpan? SeenAt = null)
{
    /// <summary>A look counts for so long before a statement is sent; one that is older is taken again.</summary>
    public TimeSpan FreshFor { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Servers that must not accept writes when a step opens one; empty for every other step.</summary>
    public ImmutableArray<StepWarrant> Beside { get; init; } = [];

    /// <summary>Without a lease and without a look.</summary>
    public static StepTerms Always { get; } = new(TimeSpan.MaxValue);

    /// <summary>Whether something may be sent at this instant.</summary>
    public bool AllowAt(TimeSpan now) => now < NotAfter;
}
