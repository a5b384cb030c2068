using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Refusing;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Api.Answers;

/// <summary>
/// Why a request is not done, as problem details (RFC 9457): <c>application/problem+json</c> with <c>type</c>,
/// <c>title</c>, <c>status</c> and <c>detail</c>, and <c>remedy</c> where something would allow it.
/// </summary>
/// <param name="Title">The name of the status.</param>
/// <param name="Detail">Why, in one sentence.</param>
/// <param name="Remedy">What would allow it; null when nothing would.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail, string? Remedy)
{
    /// <summary>Why each server of a discovery was refused; null for everything else.</summary>
    public IReadOnlyList<string>? Refusals { get; init; }

    /// <summary>What a discovery warns of; null for everything else.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The media type of all of them.</summary>
    public const string MediaType = "application/problem+json";

    /// <param name="remedy">Empty when nothing would allow it.</param>
    public static Problem Of(int status, string detail, string remedy = "") => new(
        "about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail, remedy.Length > 0 ? remedy : null);

    /// <summary>With what a discovery that found nothing has to say of each server.</summary>
    internal Problem With(object? value) => value is DiscoveryReport report
        ? this with { Refusals = report.Refusals, Warnings = report.Warnings }
        : this;

    /// <summary>A name that means nothing: why, and what would be right.</summary>
    internal static IResult NotFound(Refusal refusal) => Answer(404, refusal.Because, refusal.Remedy);

    /// <summary>No recovery has this id.</summary>
    internal static IResult NoRecovery(string id) => NotFound(OperatorRecoveries.Unknown(id));

    /// <summary>A field that names nothing or cannot be read: its name, the value and what would be right.</summary>
    internal static IResult BadInput(string detail, string remedy = "") => Answer(400, detail, remedy);

    /// <summary>What is asked for cannot be: why, and what would allow it.</summary>
    internal static IResult Refused(Refusal refusal) => Answer(409, refusal.Because, refusal.Remedy);

    internal static IResult Answer(int status, string detail, string remedy = "") =>
        Answer(Of(status, detail, remedy));

    internal static IResult Answer(Problem problem) =>
        Results.Json(problem, CoreJson.Options, MediaType, problem.Status);

    /// <summary>Writes it, without the services of a pipeline.</summary>
    internal Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        return context.Response.WriteAsJsonAsync(this, CoreJson.Options, MediaType, context.RequestAborted);
    }
}
