namespace OrchestratorFunctions.Api.Access;

/// <summary>
/// How often each of many callers may do something: so often at once, and then again as the minute goes by (a token
/// bucket for each). Safe for concurrent use.
/// </summary>
/// <param name="perMinute">0 for as often as anybody likes.</param>
internal sealed class Buckets(int perMinute, TimeProvider time)
{
    /// <summary>Callers that are remembered; who was not seen for longest is forgotten, and begins anew.</summary>
    public const int Most = 10_000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly long began = time.GetTimestamp();

    /// <summary>When the bucket of a caller is full again.</summary>
    private readonly Recent<TimeSpan> full = new(Most);

    /// <summary>Null when it may be done, and then it counts; else how long to wait.</summary>
    public TimeSpan? Take(string caller) => Look(caller, takes: true);

    /// <summary>The same, and nothing counts.</summary>
    public TimeSpan? Peek(string caller) => Look(caller, takes: false);

    private TimeSpan? Look(string caller, bool takes)
    {
        if (perMinute == 0) return null;
        var now = time.GetElapsedTime(began);
        lock (gate)
        {
            var (one, at) = (Minute / perMinute, full.TryGet(caller, out var then) && then > now ? then : now);
            var wait = at + one - now - Minute;
            if (wait > TimeSpan.Zero) return wait;
            if (takes) full.Set(caller, at + one);
            return null;
        }
    }
}
