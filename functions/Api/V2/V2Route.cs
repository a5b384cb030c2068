using System.Collections.Immutable;
using OrchestratorFunctions.Api.Legacy;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.V2;

/// <summary>
/// One route of the fork's second surface: a row of <see cref="V2Routes"/>. All of them are questions.
/// </summary>
/// <param name="Path">Below <c>/api/v2</c>; parts in braces are read by their name.</param>
/// <param name="Failure">The code of the error with which it says that it could not be answered.</param>
/// <param name="Answer">The call names clusters and servers as orchestrator's own API does.</param>
internal sealed record V2Route(string Path, string Failure, Func<LegacyCall, Task<V2Answer>> Answer)
{
    public Role Needs { get; init; } = Role.Read;

    /// <summary>What it takes in the query.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];
}
