using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OrchestratorFunctions.Api.Answers;
using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Api.V3;

/// <summary>The arguments in the query of a request. A misspelt one is not one that was left out.</summary>
internal static class QueryArguments
{
    /// <summary>In queries of Azure Functions: the key the host has read, and whose it is.</summary>
    private static readonly ImmutableHashSet<string> OfHost = ["code", "clientid"];

    /// <summary>Why a request is not understood; null when each of its arguments is one of these.</summary>
    public static string? WhyNot(HttpContext http, IReadOnlyCollection<string> keys)
    {
        var unknown = http.Request.Query.Keys.FirstOrDefault(k =>
            !keys.Contains(k, StringComparer.OrdinalIgnoreCase) && !OfHost.Contains(k.ToLowerInvariant()));
        if (unknown is null) return null;
        var taken = keys.Count > 0 ? $"expected {string.Join(", ", keys)}" : "expected no argument";
        return $"argument '{unknown}': {taken}{Nearest.Question(unknown, keys)}";
    }

    /// <summary>A question is refused when it comes with an argument that it does not take.</summary>
    /// <param name="answer">Its texts that do not stand in the path are its arguments.</param>
    public static RouteHandlerBuilder TakesItsOwn(this RouteHandlerBuilder endpoint, string path, Delegate answer)
    {
        string[] keys =
        [
            .. answer.Method.GetParameters().Where(p => p.ParameterType == typeof(string)).Select(p => p.Name!)
                .Where(name => !path.Contains($"{{{name}}}", StringComparison.Ordinal)),
        ];
        return endpoint.AddEndpointFilter((asked, next) => WhyNot(asked.HttpContext, keys) is { } unknown
            ? ValueTask.FromResult<object?>(Problem.BadInput(unknown))
            : next(asked));
    }
}
