using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Running;

/// <summary>
/// Mistakes in this program that looks at servers met: exceptions that are no answer of a server, its network or an
/// account. They are never evidence about the server. Each kind is logged once, with its stack; all are counted, and
/// /health shows them. Safe for concurrent use.
/// </summary>
public sealed class OwnErrors(ILogger logger, TimeProvider time)
{
    /// <summary>
    /// So many kinds are told apart; what comes after them is counted as one more kind, and not logged.
    /// </summary>
    public const int KindsMost = 50;

    private const string OfAnyOtherKind = "any other kind";

    private readonly ConcurrentDictionary<string, OwnError> kinds = new(StringComparer.Ordinal);

    /// <summary>The kinds met since the process began, the newest first; empty on all good days.</summary>
    public ImmutableArray<OwnError> All => [.. kinds.Values.OrderByDescending(e => e.LastAt)];

    /// <param name="key">The server that was looked at.</param>
    public void Note(InstanceKey key, Exception mistake)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(mistake);
        var says = $"{mistake.GetType().Name}: {Log.FirstLine(mistake)}";
        var kind = KindOf(mistake);
        if (kinds.Count >= KindsMost && !kinds.ContainsKey(kind)) (kind, says) = (OfAnyOtherKind, OfAnyOtherKind);
        var now = time.GetUtcNow();
        var noted = kinds.AddOrUpdate(
            kind, _ => new OwnError(says, key, now, 1),
            (_, before) => before with { Server = key, LastAt = now, Count = before.Count + 1 });
        if (noted.Count == 1 && kind != OfAnyOtherKind) logger.OwnError(key.ToString(), mistake);
    }

    // Its text may differ at every try; where it was thrown does not.
    private static string KindOf(Exception mistake)
    {
        var at = mistake.StackTrace?.Split('\n', StringSplitOptions.TrimEntries)[0] ?? mistake.Message;
        return $"{mistake.GetType().FullName} {at}";
    }
}

/// <summary>One kind of mistake in this program.</summary>
/// <param name="Says">The type and text of the exception that was met first.</param>
/// <param name="Server">The server that was looked at when it was met last.</param>
/// <param name="Count">How often it was met since the process began.</param>
public sealed record OwnError(string Says, InstanceKey Server, DateTimeOffset LastAt, long Count);
