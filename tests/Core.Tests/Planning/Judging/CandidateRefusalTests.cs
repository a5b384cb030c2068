using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class CandidateRefusalTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("| refused", "was not seen")]
    [InlineData("| partly: gtid", "was seen only in part")]
    [InlineData("rule=must_not", "must_not")]
    [InlineData("rule=prefer_not", null)]
    [InlineData("downtime=ana", "is downtimed by ana")]
    [InlineData("nobinlog", "has no binary log")]
    [InlineData("noupdates", "does not log replica updates")]
    [InlineData("offline", "is in offline mode")]
    [InlineData("lacks=RELOAD", "does not allow our account what a change of roles needs (RELOAD)")]
    [InlineData("repl=none", null)]
    [InlineData("logs=app", "leaves databases out of its binary log")]
    [InlineData("noauto", "auto-position")]
    [InlineData("delay=60", "is delayed by 60 s")]
    [InlineData("filters", "filters")]
    [InlineData("sqlerr=1062", "error 1062")]
    [InlineData("sql=stopped", null)]
    [InlineData("has=A:1-10,B:1", "errant transactions")]
    [InlineData("has=A:1-999", null)]
    [InlineData("<db9 channel=two", "replicates from 2 sources")]
    [InlineData("8.4.5", "newer than most")]
    [InlineData("dc=fra", "data centre")]
    [InlineData("region=us", "region")]
    [InlineData("dc=AMS region=EU", null)]
    public void Rules_out(string words, string? reason)
    {
        var parts = words.Split('|');
        var probe = parts.Length > 1 ? "|" + parts[1] : "";
        var topology = WrittenTopology.Read($"db1 8.0.36 rw dc=ams region=eu has=A:1-10 | refused\ndb2 8.0.36 ro <db1 has=A:1-10 {parts[0]} {probe}\ndb3 8.0.36 ro <db1 has=A:1-10\ndb4 8.0.36 ro <db1 has=A:1-10");
        var peers = topology.Members.Skip(2).Select(m => m.Current!).ToArray();
        var reasons = CandidateRefusal.Of(topology, topology.Members[1], topology.Members[0], peers, new() { SameDataCenterOnly = true, SameRegionOnly = true }).ToArray();
        if (reason is null) Assert.Empty(reasons);
        else Assert.Contains(reasons, r => r.Because.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_format_larger_than_most_peers_log_rules_out()
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 format=ROW\ndb3 ro <db1 format=STATEMENT");
        Assert.Contains(CandidateRefusal.Of(topology, topology.Members[1], topology.Members[0], [topology.Members[2].Current!], RecoveryPolicy.Default), r => r.Because.Contains("ROW format", StringComparison.Ordinal));
    }

    /// <summary>S16: what is not known of the primary rules nobody out.</summary>
    [Theory]
    [InlineData("app")]
    [InlineData("?")]
    public void What_the_primary_leaves_out_of_its_binary_log_a_replica_may_leave_out_too(string primary)
    {
        var topology = WrittenTopology.Read($"db1 rw logs={primary} | refused\ndb2 ro <db1 logs=app\ndb3 ro <db1");
        foreach (var replica in topology.Members.Skip(1))
            Assert.Empty(CandidateRefusal.Of(topology, replica, topology.Members[0], [], RecoveryPolicy.Default));
    }

    [Fact]
    public void Flavours_do_not_follow_each_other()
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1\ndb3 10.11.8-MariaDB ro <db1");
        Assert.Contains(CandidateRefusal.Of(topology, topology.Members[1], topology.Members[0], [topology.Members[2].Current!], RecoveryPolicy.Default), r => r.Because.Contains("flavour", StringComparison.Ordinal));
    }
}
