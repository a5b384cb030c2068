using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class SuccessorsTests
{
    [Theory]
    [InlineData("", 2)]
    [InlineData("rule=must_not", 1)]
    [InlineData("has=A:1-10,B:1", 1)]
    [InlineData("| refused", 1)]
    public void Counts_the_replicas_that_nothing_rules_out(string words, int count) => Assert.Equal(count, Successors.Count(Read("", words), RecoveryPolicy.Default));

    [Fact]
    public void A_primary_that_is_away_may_have_successors_still() => Assert.Equal(2, Successors.Count(Read("| refused", ""), RecoveryPolicy.Default));

    [Fact]
    public void What_the_policy_forbids_is_no_successor()
    {
        var topology = Read("", "dc=fra");
        Assert.Equal(2, Successors.Count(topology, RecoveryPolicy.Default));
        Assert.Equal(1, Successors.Count(topology, RecoveryPolicy.Default with { SameDataCenterOnly = true }));
    }

    [Fact]
    public void A_primary_alone_has_none()
    {
        var alone = WrittenTopology.Read("db1 8.0.36 rw has=A:1-10");
        Assert.Equal((0, 0), (Successors.Count(alone, RecoveryPolicy.Default), Successors.CountErrant(alone)));
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "has=A:1-10,B:1", 1)]
    [InlineData("", "has=A:1-999", 0)]
    [InlineData("| refused", "has=A:1-10,B:1", null)]
    public void Counts_errant_servers_while_the_primary_is_seen(string primary, string words, int? count) => Assert.Equal(count, Successors.CountErrant(Read(primary, words)));

    [Fact]
    public void A_server_further_below_is_counted_too()
    {
        var topology = WrittenTopology.Read("db1 8.0.36 rw has=A:1-10\ndb2 8.0.36 ro <db1 has=A:1-10\ndb3 8.0.36 ro <db2 has=A:1-10,C:1");
        Assert.Equal((1, 1), (Successors.Count(topology, RecoveryPolicy.Default), Successors.CountErrant(topology)));
    }

    [Fact]
    public void Nothing_is_known_without_a_primary()
    {
        var nobody = WrittenTopology.Read("db1 8.0.36 rw has=A:1-10\ndb2 8.0.36 rw has=B:1-10");
        Assert.Equal(((int?)null, (int?)null), (Successors.Count(nobody, RecoveryPolicy.Default), Successors.CountErrant(nobody)));
    }

    private static Core.Model.Topology Read(string primary, string words)
    {
        var parts = words.Split('|');
        var probe = parts.Length > 1 ? "|" + parts[1] : "";
        return WrittenTopology.Read($"db1 8.0.36 rw dc=ams has=A:1-10 {primary}\ndb2 8.0.36 ro <db1 dc=ams has=A:1-10 {parts[0]} {probe}\ndb3 8.0.36 ro <db1 dc=ams has=A:1-10");
    }
}
