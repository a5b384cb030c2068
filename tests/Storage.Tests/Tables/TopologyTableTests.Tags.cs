using Azure.Data.Tables;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Naming;

namespace OrchestratorFunctions.Storage.Tests.Tables;

/// <content>Tags are a column of their own.</content>
public sealed partial class TopologyTableTests
{
    [Fact]
    public async Task Tags_survive_what_probes_see_and_move_the_mark()
    {
        var (rooms, store) = await OpenAsync();
        var other = (await rooms.AnotherAsync()).Topologies;
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        var before = await other.ReadMarkAsync(None);
        Assert.True(await store.ChangeTagsAsync(Samples.Shop, Samples.Db1, tags => tags.Add("b", "").Add("a", "x \"y\"").Add("B", "1"), None));
        Assert.NotEqual(before, await other.ReadMarkAsync(None));
        await store.SetPromotionRuleAsync(Samples.Shop, Samples.Db1, PromotionRule.Prefer, None);
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);

        var member = Assert.Single((await other.ReadAsync(Samples.Shop, None))!.Members);
        Assert.Equal([("B", "1"), ("a", "x \"y\""), ("b", "")], member.Tags.Select(t => (t.Key, t.Value)));
        Assert.Equal(PromotionRule.Prefer, member.PromotionRule);
        Assert.True(await store.ChangeTagsAsync(Samples.Shop, Samples.Db1, _ => Tag.None, None));
        Assert.Empty((await other.ReadAsync(Samples.Shop, None))!.Members[0].Tags);
    }

    [Fact]
    public async Task Tags_of_several_people_at_once_are_all_kept()
    {
        var (rooms, store) = await OpenAsync();
        var other = (await rooms.AnotherAsync()).Topologies;
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        var isFirst = true;
        Assert.True(await store.ChangeTagsAsync(Samples.Shop, Samples.Db1, tags =>
        {
            // Between the read and the write, and once.
            if (isFirst) other.ChangeTagsAsync(Samples.Shop, Samples.Db1, theirs => theirs.Add("theirs", ""), None).GetAwaiter().GetResult();
            isFirst = false;
            return tags.Add("ours", "");
        }, None));
        Assert.Equal(["ours", "theirs"], (await store.ReadAsync(Samples.Shop, None))!.Members[0].Tags.Keys);
    }

    [Fact]
    public async Task A_server_that_is_not_stored_is_not_brought_back_by_a_tag()
    {
        var (_, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        Assert.False(await store.ChangeTagsAsync(Samples.Shop, Samples.Db2, tags => tags.Add("a", ""), None));
        Assert.False(await store.ChangeTagsAsync(Samples.Wiki, Samples.Db1, tags => tags.Add("a", ""), None));
        Assert.Equal([Samples.Db1], (await store.ReadAsync(Samples.Shop, None))!.Members.Select(m => m.Key));
    }

    [Fact]
    public async Task As_many_and_as_long_tags_as_are_allowed_fit()
    {
        var (_, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        var most = Enumerable.Range(0, Tag.Most).ToDictionary(i => $"{i}".PadLeft(Tag.LongestName, 'ä'), i => $"{i}".PadLeft(Tag.LongestValue, '\''));
        Assert.True(await store.ChangeTagsAsync(Samples.Shop, Samples.Db1, _ => Tag.None.SetItems(most), None));
        Assert.Equal(most, (await store.ReadAsync(Samples.Shop, None))!.Members[0].Tags.ToDictionary());
        Assert.True(await store.ChangeTagsAsync(Samples.Shop, Samples.Db1, _ => Tag.None.Add("a", "b"), None));
        Assert.Equal("b", Assert.Single((await store.ReadAsync(Samples.Shop, None))!.Members[0].Tags).Value);
    }

    [Fact]
    public async Task Tags_of_another_version_are_none()
    {
        var (rooms, store) = await OpenAsync();
        await store.SaveSightingsAsync(Samples.Shop, [Samples.Sighting(Samples.Db1)], None);
        await rooms.TopologyRows.UpsertEntityAsync(new TableEntity("shop-1", $"member!{Samples.Db1}") { ["Tags0"] = "[1]", ["TagsParts"] = 1L });
        Assert.Empty((await store.ReadAsync(Samples.Shop, None))!.Members[0].Tags);
        Assert.Single(rooms.Log.Lines);
    }
}
