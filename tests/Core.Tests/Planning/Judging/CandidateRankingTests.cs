using System.Collections.Immutable;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Planning.Judging;

public sealed class CandidateRankingTests
{
    private static readonly string[] Better =
    [
        // Every line against the next: the earlier wins, whatever comes after it in the order of the criteria.
        "rule=prefer dc=fra lag=900 has=A:1-10 got=A:1-90",
        "rule=neutral dc=ams lag=25 has=A:1-90 got=A:1-100",
        "rule=neutral dc=fra lag=0 has=A:1-100 got=A:1-100",
        "rule=neutral dc=fra lag=40 has=A:1-90 got=A:1-100",
        "rule=neutral dc=ams lag=3600 has=A:1-90 got=A:1-100 semi=available",
        "rule=prefer_not dc=ams lag=0 has=A:1-100 got=A:1-100",
    ];

    private static CandidateChoice? Choose(string text, out ImmutableArray<CandidateJudgement> judged, InstanceKey? wanted = null, params InstanceKey[] unusable)
    {
        var topology = WrittenTopology.Read(text);
        return CandidateRanking.Choose(topology, topology.Members[0], RecoveryPolicy.Default, wanted, unusable.ToHashSet(), out judged);
    }

    [Fact]
    public void Criteria_go_by_rule_time_until_it_can_be_written_place_and_completeness()
    {
        for (var i = 0; i + 1 < Better.Length; i++)
        {
            // The worse one has the smaller name, so that a tie would show.
            var choice = Choose($"db1 rw dc=ams has=A:1-100 | refused\ndb2 ro <db1 {Better[i + 1]}\ndb3 ro <db1 {Better[i]}", out _);
            Assert.Equal("db3", choice!.Candidate.Host);
        }
    }

    [Theory]
    [InlineData("has=A:1-99", "has=A:1-100")]
    [InlineData("has=A:1-90 got=A:1-100", "has=A:1-100")]
    [InlineData("8.4.5 has=A:1-100", "8.0.36 has=A:1-100")]
    [InlineData("has=A:1-100", "has=A:1-100 semi=available")]
    public void Ties_are_broken_by_what_it_has_and_can(string worse, string better) =>
        Assert.Equal("db3", Choose($"db1 8.0.36 rw semi=source:1 has=A:1-100 | refused\ndb2 ro <db1 {worse}\ndb3 ro <db1 {better}\ndb4 8.4.5 ro <db1 rule=must_not has=A:1-10", out _)!.Candidate.Host);

    /// <summary>L2: a sibling needs what one of two equal candidates has purged.</summary>
    [Theory]
    [InlineData("purged=A:1-50", "")]
    [InlineData("repl=none", "repl=there")]
    public void Of_equals_the_one_is_taken_that_every_sibling_can_follow(string worse, string better)
    {
        var choice = Choose(
            $"db1 rw has=A:1-100 | refused\ndb2 ro <db1 user=repl has=A:1-100 {worse}\n"
            + $"db3 ro <db1 user=repl has=A:1-100 {better}\ndb4 ro <db1 user=repl delay=3600 has=A:1-40", out var judged);
        Assert.Equal("db3", choice!.Candidate.Host);
        Assert.Contains("db4:3306 could not follow it: ", judged.Single(j => j.Key.Host == "db2").Says, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_nobody_could_log_in_to_comes_last_though_it_has_more()
    {
        const string rest = "db1 rw dc=ams has=A:1-100 | refused\ndb3 ro <db1 dc=fra user=repl has=A:1-100 lag=900";
        Assert.Equal("db3", Choose($"{rest}\ndb2 ro <db1 dc=ams user=repl repl=none has=A:1-100", out _)!.Candidate.Host);
        Assert.Equal("db2", Choose($"{rest} repl=none\ndb2 ro <db1 dc=ams user=repl repl=none has=A:1-100", out _)!.Candidate.Host);
    }

    [Fact]
    public void Equals_are_taken_by_name() => Assert.Equal("db2", Choose("db1 rw | refused\ndb3 ro <db1\ndb2 ro <db1", out _)!.Candidate.Host);

    [Fact]
    public void Every_replica_leaves_with_its_reasons()
    {
        Assert.Null(Choose("db1 rw | refused\ndb2 ro <db1 rule=must_not\ndb3 ro <db1 | refused\ndb4 ro <db1", out var judged, null, WrittenTopology.Key("db4")));
        Assert.Equal(3, judged.Length);
        Assert.All(judged, j => Assert.True(j is { IsRefused: true, Refusals.Length: > 0 }));
    }

    [Fact]
    public void What_an_unusable_replica_holds_does_not_count()
    {
        var choice = Choose("db1 rw has=A:1-100 | refused\ndb2 ro <db1 has=A:1-90\ndb3 ro <db1 has=A:1-100", out _, null, WrittenTopology.Key("db3"));
        Assert.Equal(("db2", ""), (choice!.Candidate.Host, choice.PossiblyLost));
    }

    /// <summary>S5: a move has put db3 below db2, which lacks what db3 received from the primary before.</summary>
    [Theory]
    [InlineData("has=A:1-100", "db3", "A:1-100", "")]
    [InlineData("has=A:1-90", null, "A:1-90", "")]
    [InlineData("has=A:1-90 got=A:91-100", null, "A:1-90", "db3:3306 has not applied it and follows it")]
    public void What_a_replica_of_a_replica_holds_counts(string below, string? from, string position, string lost)
    {
        var choice = Choose($"db1 rw has=A:1-90 | refused\ndb2 ro <db1 io=stopped has=A:1-90\ndb3 ro <db2 {below}", out _)!;
        Assert.Equal(("db2", from), (choice.Candidate.Host, choice.CatchUpFrom?.Host));
        Assert.Equal(position, WrittenTopology.Shorten(choice.Position.ToString()!));
        Assert.Contains(lost, choice.PossiblyLost, StringComparison.Ordinal);
        Assert.Equal(lost.Length == 0, choice.PossiblyLost.Length == 0);
    }

    /// <summary>S7: db2 was written to by hand, and its own replica does not vouch for that.</summary>
    [Theory]
    [InlineData("has=A:1-100,B:1", "A:1-100", "")]
    [InlineData("has=A:1-100 got=B:1", "A:1-100", "")]
    // What it alone has of the primary cannot be had without the rest.
    [InlineData("has=A:1-101,B:1", "A:1-100", "would pass on errant transactions")]
    public void What_a_replica_of_an_errant_server_has_of_it_is_errant(string below, string position, string lost)
    {
        var choice = Choose($"""
            db1 rw has=A:1-100 | refused
            db2 ro <db1 has=A:1-100,B:1
            db3 ro <db1 has=A:1-100
            db4 ro <db2 {below}
            """, out var judged)!;
        Assert.Equal(("db3", null), (choice.Candidate.Host, choice.CatchUpFrom));
        Assert.Equal(position, WrittenTopology.Shorten(choice.Position.ToString()!));
        Assert.Contains(lost, choice.PossiblyLost, StringComparison.Ordinal);
        Assert.True(judged.Single(j => j.Key.Host == "db2").IsRefused);
    }
}
