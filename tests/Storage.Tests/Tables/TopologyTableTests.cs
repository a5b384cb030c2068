using Azure.Data.Tables;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Flow.Ports;
using OrchestratorFunctions.Storage.Tables;

namespace OrchestratorFunctions.Storage.Tests.Tables;

public sealed partial class TopologyTableTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Downtime Weekend = new("ann", "disk \"swap\"", Rooms.Start.AddDays(2));

    [Fact]
    public async Task Clusters_come_back_with_their_members()
    {
        var (_, store) = await OpenAsync();
        await store.SaveClusterAsync(Samples.Shop, "the shop", None);
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db2), Samples.Sighting(Samples.Db3, "timed out"), new(Samples.Db1, null, null, LastFailure: "refused")], None);
        await store.SaveSightingsAsync(Samples.Wiki, [Samples.Sighting(Samples.Db1)], None);

        var all = (await store.ReadAllAsync(None)).OrderBy(c => c.Id.Value).ToArray();
        Assert.Equal(["shop-1", "wiki-1"], all.Select(c => c.Id.Value));
        Assert.Equal("the shop", all[0].Alias);
        Assert.Equal([Samples.Db3, Samples.Db1, Samples.Db2], all[0].Members.Select(m => m.Key));
        Assert.Equal(Samples.Json(Samples.Sighting(Samples.Db3, "timed out")), Samples.Json(all[0].Members[0]));
        Assert.Equal(("refused", null), (all[0].Members[1].LastFailure, all[0].Members[1].LastSeen));
        Assert.Equal(Samples.Json(all[1]), Samples.Json(await store.ReadAsync(Samples.Wiki, None)));
        Assert.Null(await store.ReadAsync(new ClusterId("none"), None));
    }

    [Fact]
    public async Task What_operators_declared_survives_what_probes_see()
    {
        var (_, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        await store.SetDowntimeAsync(Samples.Shop, Samples.Db1, Weekend, None);
        await store.SetPromotionRuleAsync(Samples.Shop, Samples.Db1, PromotionRule.MustNot, None);
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1) with { LastSeenAt = Rooms.Start.AddSeconds(5) }], None);

        var member = Assert.Single((await store.ReadAsync(Samples.Shop, None))!.Members);
        Assert.Equal((PromotionRule.MustNot, Weekend), (member.PromotionRule, member.Downtime));
        Assert.Equal(Rooms.Start.AddSeconds(5), member.LastSeenAt);

        await store.SetDowntimeAsync(Samples.Shop, Samples.Db1, null, None);
        member = Assert.Single((await store.ReadAsync(Samples.Shop, None))!.Members);
        Assert.Null(member.Downtime);
    }

    [Fact]
    public async Task Other_names_come_back_and_survive_sightings_that_say_nothing_of_them()
    {
        var (_, store) = await OpenAsync();
        InstanceKey[] names = [new("10.0.0.1", 3306), new("::1", 3307)];
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1) with { OtherNames = [.. names] }], None);
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1), Samples.Sighting(Samples.Db2)], None);

        var members = (await store.ReadAsync(Samples.Shop, None))!.Members;
        Assert.Equal(names, members.Single(m => m.Key == Samples.Db1).OtherNames);
        Assert.Empty(members.Single(m => m.Key == Samples.Db2).OtherNames);
    }

    [Fact]
    public async Task A_failure_keeps_the_last_sighting_and_a_sighting_clears_the_failure()
    {
        var (_, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        await store.SaveSightingsAsync(Samples.Shop, [new(Samples.Db1, null, null, LastFailure: "refused")], None);
        var member = Assert.Single((await store.ReadAsync(Samples.Shop, None))!.Members);
        Assert.Equal(("refused", Rooms.Start), (member.LastFailure, member.LastSeenAt));
        Assert.NotNull(member.LastSeen);
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        Assert.Equal("", (await store.ReadAsync(Samples.Shop, None))!.Members[0].LastFailure);
    }

    [Fact]
    public async Task The_mark_changes_with_clusters_and_declarations_and_not_with_sightings()
    {
        var (rooms, store) = await OpenAsync();
        var other = (await rooms.AnotherAsync()).Topologies;
        var marks = new List<string> { await other.ReadMarkAsync(None) };
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1), Samples.Sighting(Samples.Db2)], None);
        Assert.Equal(marks[0], await other.ReadMarkAsync(None));
        Func<Task>[] changes =
        [
            () => store.SaveClusterAsync(Samples.Shop, "shop", None), () => store.SetDowntimeAsync(Samples.Shop, null, Weekend, None),
            () => store.SetDowntimeAsync(Samples.Shop, Samples.Db1, Weekend, None), () => store.SetPromotionRuleAsync(Samples.Shop, Samples.Db1, PromotionRule.Prefer, None),
            () => store.NoteLedgerAsync(Samples.Shop, true, None), () => store.ForgetAsync(Samples.Shop, [Samples.Db2], None),
        ];
        foreach (var change in changes)
        {
            await change();
            marks.Add(await other.ReadMarkAsync(None));
        }
        Assert.Equal(marks.Count, marks.Distinct().Count());
    }

    [Fact]
    public async Task A_short_sighting_after_a_long_one_comes_back_whole()
    {
        var (_, store) = await OpenAsync();
        var long1 = Samples.Server(Samples.Db1) with { Aliases = [.. Enumerable.Range(0, 4000).Select(i => new InstanceKey($"alias-{i}.example.com", 3306))] };
        foreach (var seen in new[] { long1, Samples.Server(Samples.Db1) })
        {
            await store.SaveSightingsAsync(Samples.Shop, [new(Samples.Db1, seen, Rooms.Start)], None);
            Assert.Equal(Samples.Json(seen), Samples.Json((await store.ReadAsync(Samples.Shop, None))!.Members[0].LastSeen));
        }
    }

    [Fact]
    public async Task Many_members_are_written_in_parts_and_of_one_named_twice_the_last_counts()
    {
        var rooms = await Rooms.OpenAsync();
        var faults = new Faults();
        var store = (await rooms.AnotherAsync(faults)).Topologies;
        var members = Enumerable.Range(0, 230).Select(i => Samples.Sighting(new InstanceKey($"db{i}", 3306))).ToList();
        members.Add(members[0] with { LastFailure = "newer" });
        var before = faults.Requests;
        await store.SaveSightingsAsync(Samples.Shop, members, None);
        Assert.Equal(3, faults.Requests - before);
        var stored = (await store.ReadAsync(Samples.Shop, None))!.Members;
        Assert.Equal(230, stored.Length);
        Assert.Equal("newer", stored.Single(m => m.Key.Host == "db0").LastFailure);
        await store.SaveSightingsAsync(Samples.Shop, [], None);
    }

    [Fact]
    public async Task An_empty_alias_keeps_the_stored_one()
    {
        var (_, store) = await OpenAsync();
        await store.SaveClusterAsync(Samples.Shop, "the shop", None);
        await store.SaveClusterAsync(Samples.Shop, "", None);
        Assert.Equal("the shop", (await store.ReadAsync(Samples.Shop, None))!.Alias);
    }

    [Fact]
    public async Task A_cluster_is_downtimed_even_before_it_is_named()
    {
        var (_, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        await store.SetDowntimeAsync(Samples.Shop, null, Weekend, None);
        Assert.Equal(Weekend, (await store.ReadAsync(Samples.Shop, None))!.Downtime);
        await store.SetDowntimeAsync(Samples.Shop, null, null, None);
        Assert.Null((await store.ReadAsync(Samples.Shop, None))!.Downtime);
    }

    [Fact]
    public async Task A_declaration_does_not_bring_back_what_was_forgotten()
    {
        var (rooms, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        await store.SetPromotionRuleAsync(Samples.Shop, Samples.Db2, PromotionRule.MustNot, None);
        await store.SetDowntimeAsync(Samples.Wiki, null, Weekend, None);
        Assert.Equal([Samples.Db1], (await store.ReadAsync(Samples.Shop, None))!.Members.Select(m => m.Key));
        Assert.Null(await store.ReadAsync(Samples.Wiki, None));
        Assert.Equal(2, rooms.Log.Lines.Count);
    }

    [Fact]
    public async Task A_sighting_of_a_watcher_does_not_bring_back_what_was_forgotten()
    {
        var (_, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1), Samples.Sighting(Samples.Db2)], None);
        await store.ForgetAsync(Samples.Shop, [Samples.Db2], None);
        var later = Rooms.Start.AddMinutes(7);
        await store.UpdateSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db2), Samples.Sighting(Samples.Db1) with { LastSeenAt = later }], None);
        var left = Assert.Single((await store.ReadAsync(Samples.Shop, None))!.Members);
        Assert.Equal((Samples.Db1, later), (left.Key, left.LastSeenAt));
        await store.ForgetAsync(Samples.Shop, [Samples.Db1], None);
        await store.UpdateSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        Assert.Empty(await store.ReadAllAsync(None));
    }

    [Fact]
    public async Task A_declaration_tells_whether_there_was_anything_to_declare_it_of()
    {
        var (_, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        Assert.True(await store.SetDowntimeAsync(Samples.Shop, Samples.Db1, Weekend, None));
        Assert.True(await store.SetDowntimeAsync(Samples.Shop, null, Weekend, None));
        Assert.True(await store.SetAliasAsync(Samples.Shop, "the shop", None));
        Assert.False(await store.SetDowntimeAsync(Samples.Shop, Samples.Db2, Weekend, None));
        Assert.False(await store.SetPromotionRuleAsync(Samples.Shop, Samples.Db2, PromotionRule.Prefer, None));
        Assert.False(await store.SetDowntimeAsync(Samples.Wiki, null, Weekend, None));
        Assert.False(await store.SetAliasAsync(Samples.Wiki, "the wiki", None));
    }

    [Fact]
    public async Task An_alias_is_changed_and_taken_back()
    {
        var (_, store) = await OpenAsync();
        await store.SaveClusterAsync(Samples.Shop, "shop", None);
        await store.SetAliasAsync(Samples.Shop, "the shop", None);
        Assert.Equal("the shop", (await store.ReadAsync(Samples.Shop, None))!.Alias);
        await store.SetAliasAsync(Samples.Shop, "", None);
        Assert.Equal("", (await store.ReadAsync(Samples.Shop, None))!.Alias);
    }

    [Fact]
    public async Task A_promotion_rule_has_an_end_and_the_next_one_has_none()
    {
        var (_, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        await store.SetPromotionRuleAsync(Samples.Shop, Samples.Db1, PromotionRule.Prefer, None, Rooms.Start.AddHours(2));
        Assert.Equal(Rooms.Start.AddHours(2), (await store.ReadAsync(Samples.Shop, None))!.Members[0].PromotionRuleUntil);
        await store.SetPromotionRuleAsync(Samples.Shop, Samples.Db1, PromotionRule.MustNot, None);
        var member = (await store.ReadAsync(Samples.Shop, None))!.Members[0];
        Assert.Equal((PromotionRule.MustNot, null), (member.PromotionRule, member.PromotionRuleUntil));
    }

    [Fact]
    public async Task Forgetting_the_last_member_forgets_the_cluster()
    {
        var (rooms, store) = await OpenAsync();
        await store.SaveClusterAsync(Samples.Shop, "the shop", None);
        var keys = Enumerable.Range(0, 120).Select(i => new InstanceKey($"db{i}", 3306)).ToArray();
        await store.SaveSightingsAsync(Samples.Shop, [.. keys.Select(k => Samples.Sighting(k))], None);
        await store.ForgetAsync(Samples.Shop, [.. keys[..119], Samples.Db3], None);
        Assert.Equal([keys[119]], (await store.ReadAsync(Samples.Shop, None))!.Members.Select(m => m.Key));
        var other = (await rooms.AnotherAsync()).Topologies;
        await Task.WhenAll(store.ForgetAsync(Samples.Shop, keys, None), other.ForgetAsync(Samples.Shop, keys, None));
        Assert.Null(await store.ReadAsync(Samples.Shop, None));
        await store.ForgetAsync(Samples.Shop, keys, None);
    }

    [Fact]
    public async Task Rows_of_other_versions_are_read_as_far_as_they_go()
    {
        var (rooms, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1), Samples.Sighting(Samples.Db2)], None);
        var key = $"member!{Samples.Db1}";
        await rooms.TopologyRows.UpsertEntityAsync(
            new TableEntity("shop-1", key) { ["Schema"] = 7, ["LastSeen0"] = "{\"key\":5}", ["LastSeenParts"] = 1L, ["PromotionRule"] = "OnlyOnSundays", ["IsFormerPrimary"] = "yes" });
        await rooms.TopologyRows.AddEntityAsync(new TableEntity("shop-1", "member!no=port:x"));
        await rooms.TopologyRows.AddEntityAsync(new TableEntity("shop-1", "invented-later") { ["Schema"] = 7 });
        await rooms.TopologyRows.AddEntityAsync(new TableEntity("Not A Cluster", "cluster"));

        var cluster = Assert.Single(await store.ReadAllAsync(None));
        Assert.Equal([Samples.Db1, Samples.Db2], cluster.Members.Select(m => m.Key));
        Assert.Null(cluster.Members[0].LastSeen);
        Assert.Equal(PromotionRule.MustNot, cluster.Members[0].PromotionRule);
        Assert.Equal(4, rooms.Log.Lines.Count);
    }

    private static async Task<(Rooms Rooms, ITopologyStore Store)> OpenAsync()
    {
        var rooms = await Rooms.OpenAsync();
        return (rooms, rooms.Room.Topologies);
    }
}
