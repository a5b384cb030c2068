using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Api.Access;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.V3;

/// <summary>
/// What an endpoint says of itself: who may ask, what it answers, and what its description is made of.
/// </summary>
internal static class EndpointDescription
{
    /// <summary>An operation of the catalogue, with its arguments.</summary>
    /// <param name="name">Unique among endpoints.</param>
    public static void Describe(this RouteHandlerBuilder endpoint, Operation operation, string name)
    {
        var (status, answer) = operation switch
        {
            ActOperation act => (StatusCodes.Status200OK, act.Answers ?? typeof(SaysAnswer)),
            PlanOperation { Needs: Role.Read } => (StatusCodes.Status200OK, typeof(RehearsedPlan)),
            _ => (StatusCodes.Status202Accepted, typeof(StartedAnswer)),
        };
        endpoint.WithMetadata(operation).Describe(operation.Needs, name, operation.Does)
            .Produces(status, answer, "application/json")
            .ProducesProblems(400, 404, 409);
    }

    /// <summary>A question.</summary>
    /// <param name="summary">One sentence without a full stop.</param>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder endpoint, Role needs, string name, string summary) =>
        endpoint.WithMetadata(new Needs(needs)).WithName(name).WithSummary(summary);

    /// <summary>The statuses with which it answers why not.</summary>
    public static RouteHandlerBuilder ProducesProblems(
        this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) endpoint.Produces<Problem>(status, Problem.MediaType);
        return endpoint;
    }
}
