using System.Globalization;
using System.Diagnostics.CodeAnalysis;

namespace OrchestratorFunctions.Flow.Ports;

/// <summary>Where a page of recoveries begins: after this one, which was the last of the page before.</summary>
public sealed record RecentBefore(DateTimeOffset StartedAt, string Id)
{
    private const string Instant = "yyyyMMdd'T'HHmmssfffffff";

    /// <summary>The instant it started, UTC, and its id: <c>20260101T1200000000000_ID</c>.</summary>
    public override string ToString() =>
        $"{StartedAt.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture)}_{Id}";

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RecentBefore? read)
    {
        read = null;
        if (text?.Split('_', 2) is not [var at, { Length: > 0 } id]) return false;
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParseExact(at, Instant, CultureInfo.InvariantCulture, utc, out var started))
            return false;
        read = new RecentBefore(started, id);
        return true;
    }
}
