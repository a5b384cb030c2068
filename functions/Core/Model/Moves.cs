using System.Collections.Immutable;

namespace OrchestratorFunctions.Core.Model;

/// <summary>Whether servers may be stored at the addresses where they answer now.</summary>
public static class Moves
{
    /// <summary>
    /// Why one is not stored there yet; null when it may be. A recovery that runs knows a server by its old address.
    /// Who takes the address of another member would take over what is known and owed of that one: it waits until that
    /// one is found elsewhere, or a person lets it go. A server that was set up anew at its address is no such case
    /// when it replicates, or when nothing is owed there.
    /// </summary>
    /// <param name="all">Of every server that was found with it.</param>
    public static string? WhyNot(MemberPlace place, IReadOnlyCollection<MemberPlace> all, Ledger ledger)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(all);
        ArgumentNullException.ThrowIfNull(ledger);
        if (place.MovedFrom is not { } from) return WhyNotInPlace(place, ledger);
        if (ledger.Running.Length > 0) return WhyNotNow(place, $"recovery {ledger.Running}");
        return place.Replaces && !all.Any(p => p.MovedFrom == place.Key)
            ? $"{place.Key} is {from} at another address, and another server is known by that one: it is taken up "
                + $"there when that one is found at another address, or let go: forget {place.Key}"
            : null;
    }

    /// <summary>Why one is not stored there while a recovery of its cluster is run.</summary>
    public static string WhyNotNow(MemberPlace place, string recovery = "a recovery")
    {
        ArgumentNullException.ThrowIfNull(place);
        return $"{place.Key} is {place.MovedFrom} at another address, and {recovery} runs in its cluster: it is "
            + "taken up there when that has ended";
    }

    /// <summary>
    /// The ledger with the new addresses of the servers that move; the same object when nothing in it changes. It tells
    /// which server an address stands for since servers took each other's, and which addresses are about to have a
    /// member. So when the process dies before it has stored the servers, what was renamed is not renamed again, what
    /// is owed of one is not given to another one, and what is owed at a new address is not taken for paid.
    /// </summary>
    public static Ledger Renamed(Ledger ledger, IReadOnlyCollection<MemberPlace> moved)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(moved);
        var isTaken = moved.ToLookup(p => moved.Any(o => o != p && (o.MovedFrom == p.Key || o.Key == p.MovedFrom)));
        var names = isTaken[false].Where(p => ledger.IsPlaced(p.MovedFrom!, p.Server) is not false)
            .Concat(isTaken[true].Where(p => ledger.IsPlaced(p.Key, p.Server) is not true))
            .ToDictionary(p => p.MovedFrom!, p => p.Key);
        var renamed = ledger.Renamed(names);
        var placed = ledger.Placed.Where(p => !names.ContainsKey(p.Key)).ToImmutableArray();
        var awaited = ledger.Awaited.Where(k => !names.ContainsKey(k)).ToImmutableArray();
        if (!renamed.SaysTheSameAs(ledger))
        {
            placed =
            [
                .. placed.ExceptBy(isTaken[true].Select(p => p.Key), p => p.Key),
                .. isTaken[true].Select(p => new PlacedServer(p.Key, p.Server)),
            ];
            awaited = [.. awaited.Union(names.Values)];
        }
        renamed = renamed with { Placed = placed, Awaited = awaited };
        return renamed.SaysTheSameAs(ledger) ? ledger : renamed;
    }

    private static string? WhyNotInPlace(MemberPlace place, Ledger ledger) =>
        place is { Replaces: true, Receives: false } && ledger.IsPlaced(place.Key, place.Server) is not true
            && ledger.Of(place.Key).FirstOrDefault(e => !e.IsKnowledge) is { } owed
            ? $"another server answers at {place.Key}, and {owed.Says}: it is taken up there when it replicates, "
                + $"or when the one before is let go: forget {place.Key}"
            : null;
}
