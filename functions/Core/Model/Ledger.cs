using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrchestratorFunctions.Core.Model;

/// <summary>
/// What is owed in one cluster: the memory that outlives a recovery. It is written in the same transaction as the stage
/// that causes an entry, and read by whoever decides next.
/// </summary>
public sealed record Ledger
{
    public static Ledger Empty { get; } = new();

    /// <summary>In the order they were written.</summary>
    public ImmutableArray<LedgerEntry> Entries { get; init; } = [];

    /// <summary>The recovery that runs now and writes it; empty when none does.</summary>
    public string Running { get; init; } = "";

    /// <summary>Larger after every change.</summary>
    public long Version { get; init; }

    /// <summary>
    /// Which servers addresses stand for since servers took each other's (<see cref="Moves.Renamed"/>).
    /// </summary>
    public ImmutableArray<PlacedServer> Placed { get; init; } = [];

    /// <summary>
    /// Addresses that servers moved to and that may have no member yet: whoever renamed them stores those afterwards.
    /// </summary>
    public ImmutableArray<InstanceKey> Awaited { get; init; } = [];

    /// <summary>How the store tells this ledger from a later one; empty before there is one.</summary>
    [JsonIgnore]
    public string Tag { get; init; } = "";

    /// <summary>
    /// Why what is stored cannot be read by this version; empty when it can. Nothing is decided on such a ledger.
    /// </summary>
    [JsonIgnore]
    public string Problem { get; init; } = "";

    /// <summary>There is nothing in it that anybody has to see to, and no recovery runs.</summary>
    [JsonIgnore]
    public bool IsSettled => Problem.Length == 0 && Running.Length == 0 && Entries.All(e => e.IsKnowledge);

    /// <summary>Nobody needs to read it: nothing is owed, and nothing is known by it.</summary>
    [JsonIgnore]
    public bool SaysNothing => Problem.Length == 0 && Running.Length == 0 && Entries.IsEmpty;

    /// <summary>Whether an address stands for a server; null when that is not said.</summary>
    internal bool? IsPlaced(InstanceKey key, string server) =>
        Placed.FirstOrDefault(p => p.Key == key) is { } placed ? placed.Server == server : null;

    public IEnumerable<LedgerEntry> Of(InstanceKey key) => Entries.Where(e => e.Key == key);

    public bool Has<T>(InstanceKey key) where T : LedgerEntry => Entries.Any(e => e is T && e.Key == key);

    /// <summary>Whether the server was replaced as primary and has not been a replica since.</summary>
    public bool IsFormerPrimary(InstanceKey key) => Has<LedgerEntry.FormerPrimary>(key);

    /// <summary>With the entry in place of one of the same kind about the same server.</summary>
    public Ledger With(LedgerEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return this with
        {
            Entries = [.. Entries.Where(e => e.GetType() != entry.GetType() || e.Key != entry.Key), entry],
        };
    }

    /// <summary>Without the entries that are true of the condition.</summary>
    public Ledger Without(Func<LedgerEntry, bool> isPaid) =>
        Entries.Any(isPaid) ? this with { Entries = [.. Entries.Where(e => !isPaid(e))] } : this;

    /// <summary>The same about servers that have other names by now.</summary>
    public Ledger Renamed(IReadOnlyDictionary<InstanceKey, InstanceKey> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return this with { Entries = [.. Entries.Select(e => e.Renamed(k => names.GetValueOrDefault(k, k)))] };
    }

    /// <summary>Whether another one says the same, whatever their versions.</summary>
    public bool SaysTheSameAs(Ledger other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Running == other.Running && Entries.SequenceEqual(other.Entries) && Placed.SequenceEqual(other.Placed)
            && Awaited.SequenceEqual(other.Awaited);
    }
}

/// <summary>A server at an address.</summary>
/// <param name="Server">What tells it from all others (<see cref="ServerIdentity.Of"/>).</param>
public sealed record PlacedServer(InstanceKey Key, string Server);
