using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace OrchestratorFunctions.Api.Answers;

/// <summary>A part of a list.</summary>
/// <param name="Next">The path that answers what comes after it; null for the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Cuts lists into pages.</summary>
internal static class Page
{
    /// <summary>The items of a page at most, as <c>limit</c>.</summary>
    public const int Most = 500;

    /// <summary>Reads <c>limit</c>; null after the problem where it is none.</summary>
    public static int? LimitOf(string? limit, int otherwise, out IResult? wrong)
    {
        wrong = null;
        if (limit is null) return otherwise;
        var isRead = int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var most);
        if (isRead && most is >= 1 and <= Most) return most;
        wrong = Problem.BadInput($"limit '{limit}': expected a number from 1 to {Most}");
        return null;
    }

    /// <summary>All of a list that is short.</summary>
    public static Page<T> Whole<T>(IEnumerable<T> items) => new([.. items], null);

    /// <param name="some">One more than the limit where there are more.</param>
    /// <param name="cursor">What the next page begins after, as a part of its query.</param>
    public static Page<TOut> Of<T, TOut>(
        IReadOnlyList<T> some, int limit, HttpContext context, Func<T, string> cursor, Func<T, TOut> told)
    {
        TOut[] items = [.. some.Take(limit).Select(told)];
        return new(items, some.Count > limit ? Next(context, limit, cursor(some[limit - 1])) : null);
    }

    /// <summary>The path of the page after this one.</summary>
    public static string Next(HttpContext context, int limit, string cursor)
    {
        var path = context.Request.PathBase + context.Request.Path;
        return $"{path.ToUriComponent()}?limit={limit}&after={Uri.EscapeDataString(cursor)}";
    }
}
