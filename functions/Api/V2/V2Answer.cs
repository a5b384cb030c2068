using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using OrchestratorFunctions.Api.Answers;

namespace OrchestratorFunctions.Api.V2;

/// <summary>
/// An answer in the envelope of the fork's second surface: <c>{"status":"ok","data"}</c>, or
/// <c>{"status":"error","error":{"code","message"}}</c> with the status of HTTP that says the same. Source:
/// ProxySQL/orchestrator, <c>docs/api-v2.md</c>.
/// </summary>
internal sealed record V2Answer(int Status, IEnumerable<Action<Utf8JsonWriter>> Parts) : IResult
{
    /// <summary>One value.</summary>
    public static V2Answer Ok(Action<Utf8JsonWriter> data) => Of([data]);

    /// <summary>A list, <c>[]</c> when it is empty.</summary>
    public static V2Answer List<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        Of(JsonStream.List(items, write));

    /// <summary>What is asked about is not known.</summary>
    public static V2Answer NotFound(string message) => Error(StatusCodes.Status404NotFound, "NOT_FOUND", message);

    /// <summary>An argument that cannot be read; the message names it, its value and what would be right.</summary>
    public static V2Answer BadInput(string message) =>
        Error(StatusCodes.Status400BadRequest, "INVALID_ARGUMENT", message);

    /// <param name="code">For programs, in capitals.</param>
    /// <param name="message">For people.</param>
    public static V2Answer Error(int status, string code, string message) => new(status,
    [
        json =>
        {
            json.WriteStartObject();
            json.WriteString("status", "error");
            json.WriteStartObject("error");
            json.WriteString("code", code);
            json.WriteString("message", message);
            json.WriteEndObject();
            json.WriteEndObject();
        },
    ]);

    /// <summary>Not let in, or nothing answers there: the code is the name of the status.</summary>
    public static V2Answer Refused(Problem problem) => Error(
        problem.Status,
        ReasonPhrases.GetReasonPhrase(problem.Status).ToUpperInvariant().Replace(' ', '_'),
        problem.Remedy is { } remedy ? $"{problem.Detail}; {remedy}" : problem.Detail);

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext);

    /// <summary>Writes it without the services of a pipeline.</summary>
    public Task WriteAsync(HttpContext context) => JsonStream.WriteAsync(context, Status, Parts);

    private static V2Answer Of(IEnumerable<Action<Utf8JsonWriter>> data) =>
        new(StatusCodes.Status200OK, data.Prepend(Begin).Append(json => json.WriteEndObject()));

    private static void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("status", "ok");
        json.WritePropertyName("data");
    }
}
