using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Knowing;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Flow.Watching;

namespace OrchestratorFunctions.Flow.Discovering;

/// <summary>
/// Which stored members the servers of a walk are, as <see cref="MemberPlace"/> decides: as they are to be stored, with
/// what operators declared of them and the names that lead to them.
/// </summary>
internal sealed class MemberMatch(ReplicationWalk walk, IReadOnlyCollection<InstanceKey> seeds)
{
    /// <summary>A member as it is to be stored, and where that is.</summary>
    public readonly record struct Found(StoredMember Member, MemberPlace Place)
    {
        /// <inheritdoc cref="MemberPlace.MovedFrom"/>
        public InstanceKey? MovedFrom => Place.MovedFrom;
    }

    /// <inheritdoc cref="MemberPlace.IsSame"/>
    public static bool IsSame(StoredMember stored, Member member) =>
        MemberPlace.IsSame(LiveCluster.AsMember(stored), member);

    /// <summary>The members of one part; what is not stored, and why, is added to the warnings of the walk.</summary>
    public async Task<ImmutableArray<Found>> OfAsync(
        ImmutableArray<Member> part, StoredCluster? known, CancellationToken cancel)
    {
        ImmutableArray<StoredMember> stored = known?.Members ?? [];
        var answers = new Dictionary<InstanceKey, Instance?>();
        foreach (var key in stored.Select(s => s.Key)) answers[key] = await walk.LeadsToAsync(key, cancel);
        Member[] before = [.. stored.Select(LiveCluster.AsMember)];
        var found = ImmutableArray.CreateBuilder<Found>();
        foreach (var member in part)
        {
            var place = MemberPlace.Of(member, part, before, key => answers[key]);
            if (place.CopyOf is null) found.Add(new(AsStored(member, place, stored), place));
            else walk.Warnings.Add(
                $"{member.Key} is not stored: it has the server_uuid of {place.CopyOf} and another server_id; "
                + "give it a server_uuid of its own");
        }
        return found.ToImmutable();
    }

    // A server stored under one of its names is not stored again under another one.
    private StoredMember AsStored(Member member, MemberPlace place, ImmutableArray<StoredMember> stored)
    {
        var (key, before) = (place.Key, Declared(place, stored));
        // What a watcher remembers of it is not known to who has just found it.
        if (before is not null) member = MemberPlace.Remembering(LiveCluster.AsMember(before), member);
        var asked = seeds.Where(s => s != key && (s == member.Key || member.LastKnown?.Aliases.Contains(s) == true));
        return LiveCluster.AsStored(member) with
        {
            Key = key,
            LastSeen = key == member.Key ? member.LastSeen : Renamed(member.LastSeen!, key),
            PromotionRule = before?.PromotionRule ?? PromotionRule.Neutral, Downtime = before?.Downtime,
            PromotionRuleUntil = before?.PromotionRuleUntil, Tags = before?.Tags ?? Tag.None,
            Maintenance = before?.Maintenance,
            OtherNames = [.. (before?.OtherNames ?? []).Union(asked).Union(walk.NamesOf(member)).Where(n => n != key)],
        };
    }

    // What was declared where it was stored; of one that is stored twice what was declared at either address.
    private static StoredMember? Declared(MemberPlace place, ImmutableArray<StoredMember> stored)
    {
        StoredMember? At(InstanceKey? key) => key is null ? null : stored.FirstOrDefault(s => s.Key == key);
        if (At(place.Stored) is not { } same) return null;
        if (place.MovedFrom == place.Stored || At(place.MovedFrom) is not { } left) return same;
        var isDeclared = same.PromotionRule != PromotionRule.Neutral;
        return same with
        {
            PromotionRule = isDeclared ? same.PromotionRule : left.PromotionRule,
            PromotionRuleUntil = isDeclared ? same.PromotionRuleUntil : left.PromotionRuleUntil,
            Downtime = same.Downtime ?? left.Downtime, Tags = left.Tags.SetItems(same.Tags),
            Maintenance = same.Maintenance?.Until >= left.Maintenance?.Until || left.Maintenance is null
                ? same.Maintenance
                : left.Maintenance,
        };
    }

    private static Instance Renamed(Instance seen, InstanceKey key) =>
        seen with { Key = key, Aliases = [.. seen.Aliases.Append(seen.Key).Where(a => a != key).Distinct()] };
}
