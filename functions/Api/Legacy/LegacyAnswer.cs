using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Api.Answers;

namespace OrchestratorFunctions.Api.Legacy;

/// <summary>
/// An answer in orchestrator's two shapes: a bare value, or <c>{Code, Message, Details}</c> with <c>OK</c> or
/// <c>ERROR</c>. An error of a route is a 500, as its clients expect (orchestrator, <c>go/http/api.go</c>).
/// </summary>
/// <param name="Parts">Written one after another, each whole, so that a long list is sent as it is made.</param>
internal sealed record LegacyAnswer(int Status, IEnumerable<Action<Utf8JsonWriter>> Parts) : IResult
{
    /// <summary>What it says; null of a bare value.</summary>
    public string? Message { get; private init; }

    /// <summary>What was asked for goes on, and nobody knows its end yet.</summary>
    public bool IsUnderWay { get; init; }

    /// <summary>True for OK and for a bare value.</summary>
    public bool IsOk => Status == StatusCodes.Status200OK;

    /// <summary>A bare value.</summary>
    public static LegacyAnswer Raw(Action<Utf8JsonWriter> value) => new(StatusCodes.Status200OK, [value]);

    /// <summary>A bare text, also with a status that says something by itself.</summary>
    public static LegacyAnswer Text(string text, int status = StatusCodes.Status200OK) =>
        new(status, [json => json.WriteStringValue(text)]);

    /// <summary>A bare list, <c>[]</c> when it is empty.</summary>
    public static LegacyAnswer List<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write) =>
        new(StatusCodes.Status200OK, JsonStream.List(items, write));

    /// <summary>A bare list that is <c>null</c> when it is empty, where orchestrator's is.</summary>
    public static LegacyAnswer ListOrNull<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        T[] all = [.. items];
        return all.Length > 0 ? List(all, write) : Raw(json => json.WriteNullValue());
    }

    /// <summary>Done.</summary>
    /// <param name="details">Null writes null.</param>
    public static LegacyAnswer Ok(string message, Action<Utf8JsonWriter>? details = null) =>
        new(StatusCodes.Status200OK, [json => Write(json, "OK", message, details)]) { Message = message };

    /// <summary>Not done, and why.</summary>
    /// <param name="details">Null writes null.</param>
    public static LegacyAnswer Error(string message, Action<Utf8JsonWriter>? details = null) =>
        Error(StatusCodes.Status500InternalServerError, message, details);

    /// <summary>Not let in, or nothing answers there: the status says it, and the shape is the old one.</summary>
    public static LegacyAnswer Refused(Problem problem) =>
        Error(problem.Status, problem.Remedy is { } remedy ? $"{problem.Detail}; {remedy}" : problem.Detail, null);

    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext);

    /// <summary>Writes it without the services of a pipeline.</summary>
    public Task WriteAsync(HttpContext context) => JsonStream.WriteAsync(context, Status, Parts);

    private static LegacyAnswer Error(int status, string message, Action<Utf8JsonWriter>? details) =>
        new(status, [json => Write(json, "ERROR", message, details)]) { Message = message };

    private static void Write(Utf8JsonWriter json, string code, string message, Action<Utf8JsonWriter>? details)
    {
        json.WriteStartObject();
        json.WriteString("Code", code);
        json.WriteString(nameof(Message), message);
        json.WritePropertyName("Details");
        if (details is null) json.WriteNullValue();
        else details(json);
        json.WriteEndObject();
    }
}
