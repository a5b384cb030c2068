using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Flow.Settings;

/// <summary>
/// A share of the fleet that one process watches at a time. Which clusters belong to it follows from their ids and the
/// count alone.
/// </summary>
public sealed record Shard
{
    /// <summary>More shards than this are not needed: one watches hundreds of servers.</summary>
    public const int CountMost = 8;

    public Shard(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, CountMost);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        (Index, Count) = (index, count);
    }

    /// <summary>The whole fleet.</summary>
    public static Shard Whole { get; } = new(0, 1);

    public int Index { get; }
    public int Count { get; }

    /// <summary>Names its lease and its heartbeat.</summary>
    public string Name => NameOf(Index);

    public static string NameOf(int index) => $"watch/{index}";

    /// <summary>
    /// Names the lease of the one process that looks at it from a vantage point without the right to act.
    /// </summary>
    public string ObserverAt(string vantage) => $"vantage/{vantage}/{Index}";

    /// <summary>All shards of a fleet that is watched in so many.</summary>
    public static IEnumerable<Shard> Of(int count) => Enumerable.Range(0, count).Select(i => new Shard(i, count));

    public bool Holds(ClusterId cluster) => IndexOf(cluster, Count) == Index;

    /// <summary>The shard of a cluster when there are so many.</summary>
    public static int IndexOf(ClusterId cluster, int count)
    {
        var hash = StableHash.Of(cluster.Value);
        // The lowest bits of the hash are the weakest; the others are mixed in.
        return (int)((hash ^ (hash >> 32)) % (ulong)count);
    }

    public override string ToString() => $"{Name} of {Count}";
}
