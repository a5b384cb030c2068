using OrchestratorFunctions.Core.Naming;
using OrchestratorFunctions.Flow.Operating;

namespace OrchestratorFunctions.Flow.Tests.Operating;

public sealed class OperatorTagsTests
{
    [Fact]
    public void A_server_is_tagged_and_the_tag_gets_another_value() => Desk.Run(desk =>
    {
        Assert.Equal("db2:3306 has the tag role now", Set(desk, "DB2", "role").Says);
        desk.AssertAudited("tag", Desk.Db2, "role: disks");
        Assert.Equal("db2:3306 has the tag role=backup now, before role", Set(desk, "db2", "role=backup").Says);
        desk.AssertAudited("tag", Desk.Db2, "role=backup, before role: disks");
        Assert.Equal("role=backup", Tags(desk));
        Assert.Equal(2, desk.Declared);
    });

    [Fact]
    public void A_tag_is_taken_away_with_its_value_or_whatever_it_is() => Desk.Run(desk =>
    {
        Set(desk, "db2", "role=backup");
        Set(desk, "db2", "old");
        Assert.Equal(
            "db2:3306 has the tag role=backup, and not with the value 'spare'", Remove(desk, "db2", "role=spare").Refusal!.Because);
        Assert.Equal("db2:3306 has no tag role any more", Remove(desk, "db2", "role").Says);
        desk.AssertAudited("untag", Desk.Db2, "role=backup: disks");
        Assert.Equal(OperationEnd.Done, Remove(desk, "db2", "old=").End);
        Assert.Equal("db2:3306 has no tag old", Remove(desk, "db2", "old").Refusal!.Because);
        Assert.Equal("", Tags(desk));
        Assert.Equal(4, desk.Declared);
    });

    [Fact]
    public void A_tag_with_a_value_is_taken_from_every_server_that_has_it() => Desk.Run(desk =>
    {
        Set(desk, "db2", "role=backup");
        Set(desk, "db3", "role=backup");
        Set(desk, "db1", "role=spare");
        Assert.Equal("db2:3306, db3:3306: the tag role is taken away", RemoveFromAll(desk, "role=backup").Says);
        Assert.Equal("db1:3306", Assert.Single(List(desk), s => s.Tags.Count > 0).Key.ToString());
        Assert.Equal("no server has the tag role=backup", RemoveFromAll(desk, "role=backup").Refusal!.Because);
        Assert.Equal(OperationEnd.Done, RemoveFromAll(desk, "role=spare").End);
    });

    [Theory]
    [InlineData("db2", "", "tag name '': expected")]
    [InlineData("db2", "~old", "tag name '~old': expected")]
    [InlineData("db9", "old", "server 'db9:3306': no known server has this name")]
    public void What_cannot_be_meant_changes_nothing(string name, string tag, string because) => Desk.Run(desk =>
        desk.AssertRefused(OperationEnd.BadInput, because, Set(desk, name, tag)));

    [Theory]
    [InlineData("db2", "~old", "tag '~old': expected the name of a tag, and no '~'")]
    [InlineData("db2", "", "tag name '': expected")]
    [InlineData("db9", "old", "server 'db9:3306': no known server has this name")]
    public void What_cannot_be_meant_takes_nothing_away(string name, string tag, string because) => Desk.Run(desk =>
        desk.AssertRefused(OperationEnd.BadInput, because, Remove(desk, name, tag)));

    [Theory]
    [InlineData("role", "tag 'role': expected its value, as role=VALUE or role= for none")]
    [InlineData("~role=backup", "tag '~role=backup': expected the name of a tag")]
    public void Nothing_is_taken_from_all_without_a_value(string tag, string because) => Desk.Run(desk =>
        desk.AssertRefused(OperationEnd.BadInput, because, RemoveFromAll(desk, tag)));

    [Fact]
    public void A_tag_that_is_there_already_is_no_success_and_there_are_not_too_many() => Desk.Run(desk =>
    {
        for (var i = 0; i < Tag.Most; i++) Assert.Equal(OperationEnd.Done, Set(desk, "db2", $"t{i}").End);
        Assert.Equal("db2:3306 has the tag t0 already", Set(desk, "db2", "t0").Refusal!.Because);
        Assert.Equal("db2:3306 has 64 tags, and no server has more than 64", Set(desk, "db2", "more").Refusal!.Because);
        Assert.Equal(OperationEnd.Done, Set(desk, "db2", "t0=1").End);
    });

    private static string Tags(Desk desk) =>
        string.Join(",", desk[Desk.Db2].Tags.Select(t => new Tag(t.Key, t.Value)));

    private static IReadOnlyList<TaggedServer> List(Desk desk) => desk.Verbs.Tags.ListAsync(default).Result;

    private static OperationAnswer Set(Desk desk, string name, string tag) =>
        desk.Ask(v => v.Tags.SetAsync(name, tag, "dana", "disks", default));

    private static OperationAnswer Remove(Desk desk, string name, string tag) =>
        desk.Ask(v => v.Tags.RemoveAsync(name, tag, "dana", "disks", default));

    private static OperationAnswer RemoveFromAll(Desk desk, string tag) =>
        desk.Ask(v => v.Tags.RemoveFromAllAsync(tag, "dana", "disks", default));
}
