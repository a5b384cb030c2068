using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Access;

/// <summary>On an endpoint: what a caller has to be allowed to.</summary>
internal sealed record Needs(Role Role);
