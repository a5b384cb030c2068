using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// Which stored members the servers of a walk are. A server stays what it is under another name and at another
/// address; a known address may be another server's by now.
/// </summary>
internal sealed class MemberMatch(Walk walk, IReadOnlyCollection<InstanceKey> seeds)
{
    /// <summary>A member as it is to be stored, and the key it was stored by when it is another one.</summary>
    public readonly record struct Found(StoredMember Member, InstanceKey? MovedFrom);

    /// <summary>Whether a stored member is a server that was seen, as far as both tell what they are.</summary>
    public static bool IsSame(StoredMember stored, Member member)
    {
        if (stored.LastSeen is not { } before || member.Now is not { } now) return stored.Key == member.Key;
        // An older version has not stored what tells MariaDB servers apart.
        var isTold = before.ServerUuid is not null || before.Installation is not null;
        return ServerIdentity.IsSame(before, now) || (!isTold && stored.Key == member.Key);
    }

    /// <summary>The members of one part; what is not stored, and why, is added to the warnings of the walk.</summary>
    public async Task<ImmutableArray<Found>> OfAsync(
        ImmutableArray<Member> part, StoredCluster? known, CancellationToken cancel)
    {
        var found = ImmutableArray.CreateBuilder<Found>();
        foreach (var member in part)
            if (await OfAsync(member, part, known?.Members ?? [], cancel) is { } one) found.Add(one);
        return found.ToImmutable();
    }

    private async Task<Found?> OfAsync(
        Member member, ImmutableArray<Member> part, ImmutableArray<StoredMember> stored, CancellationToken cancel)
    {
        var atKey = stored.FirstOrDefault(s => s.Key == member.Key);
        if (member.Now is not { } now) return new(AsStored(member, member.Key, atKey), null);
        var same = stored.FirstOrDefault(s => s.Key == member.Key && IsSame(s, member))
            ?? stored.FirstOrDefault(s => IsSame(s, member));
        same ??= await MovedAsync(member, part, stored, cancel);
        if (same is not null)
        {
            if (same.Key == member.Key) return await AtItsKeyAsync(member, same, stored, cancel);
            var isThere = await walk.LeadsToAsync(same.Key, cancel) is { } there && ServerIdentity.IsSame(there, now);
            return isThere
                ? new(AsStored(member, same.Key, same), null)
                : new(AsStored(member, member.Key, same), same.Key);
        }
        if (Copied(member, stored) is not { } original) return new(AsStored(member, member.Key, atKey), null);
        walk.Warnings.Add(
            $"{member.Key} is not stored: it has the server_uuid of {original.Key} and another server_id; "
            + "give it a server_uuid of its own");
        return null;
    }

    // Where a discovery died after it had stored a server at its new address, the old one is there still.
    private async Task<Found> AtItsKeyAsync(
        Member member, StoredMember same, ImmutableArray<StoredMember> stored, CancellationToken cancel)
    {
        foreach (var left in stored.Where(s => s.Key != same.Key && s.LastSeen is not null && IsSame(s, member)))
        {
            var there = await walk.LeadsToAsync(left.Key, cancel);
            if (there is not null && ServerIdentity.IsSame(there, member.Now!)) continue;
            var isDeclared = same.PromotionRule != PromotionRule.Neutral;
            return new(AsStored(member, same.Key, same with
            {
                PromotionRule = isDeclared ? same.PromotionRule : left.PromotionRule,
                PromotionRuleUntil = isDeclared ? same.PromotionRuleUntil : left.PromotionRuleUntil,
                Downtime = same.Downtime ?? left.Downtime,
            }), left.Key);
        }
        return new(AsStored(member, same.Key, same), null);
    }

    // MariaDB: what tells a server apart is where it stands. The same number, in the same cluster, where nobody answers
    // at the old address any more, is the same server.
    private async Task<StoredMember?> MovedAsync(
        Member member, ImmutableArray<Member> part, ImmutableArray<StoredMember> stored, CancellationToken cancel)
    {
        foreach (var other in stored.Where(s => s.LastSeen is not null && part.All(m => m.Key != s.Key)))
            if (ServerIdentity.MayHaveMoved(other.LastSeen!, member.Now!)
                && await walk.LeadsToAsync(other.Key, cancel) is null) return other;
        return null;
    }

    private static StoredMember? Copied(Member member, ImmutableArray<StoredMember> stored) => stored.FirstOrDefault(
        s => s.Key != member.Key && s.LastSeen is { } seen && ServerIdentity.HasSameUuid(seen, member.Now!));

    // A server stored under one of its names is not stored again under another one.
    private StoredMember AsStored(Member member, InstanceKey key, StoredMember? before)
    {
        var asked = seeds.Where(s => s != key && (s == member.Key || member.Known?.Aliases.Contains(s) == true));
        return LiveCluster.AsStored(member) with
        {
            Key = key,
            LastSeen = key == member.Key ? member.LastSeen : Renamed(member.LastSeen!, key),
            PromotionRule = before?.PromotionRule ?? PromotionRule.Neutral, Downtime = before?.Downtime,
            PromotionRuleUntil = before?.PromotionRuleUntil,
            OtherNames = [.. (before?.OtherNames ?? []).Union(asked).Union(walk.NamesOf(member)).Where(n => n != key)],
        };
    }

    private static Instance Renamed(Instance seen, InstanceKey key) =>
        seen with { Key = key, Aliases = [.. seen.Aliases.Append(seen.Key).Where(a => a != key).Distinct()] };
}
