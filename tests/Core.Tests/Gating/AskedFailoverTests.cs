using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Tests.Planning;
using static OrchestratorFunctions.Testing.WrittenTopology;

namespace OrchestratorFunctions.Core.Tests.Gating;

/// <summary>Which failovers a person may ask for, and what their records say (0032).</summary>
public sealed class AskedFailoverTests
{
    private const string Dead = "db1 rw has=A:1-9 | refused\ndb2 ro <db1 io=connecting err=2003 has=A:1-9";
    private const string Heard = "db1 rw has=A:1-9 | timed out 9s\ndb2 ro <db1 has=A:1-9 quiet=0 beat=1";
    private const string CannotTell = "db1 rw has=A:1-9 | timed out 9s\ndb2 ro <db1 has=A:1-9 quiet=9 beat=3600";

    private static readonly GateInputs Open = new(true, RecoveryFilter.All, BlockWindow.Default, null, [], Noon) { Fleet = [] };

    [Fact]
    public void A_primary_that_is_dead_is_replaced() => Assert.Null(WhyNot(Dead, new("why")));

    [Theory]
    [InlineData(Heard, "still hear from it")]
    [InlineData(CannotTell, "expect no heartbeat yet")]
    public void One_that_is_not_known_to_be_dead_is_replaced_only_on_a_persons_word(string servers, string because)
    {
        var refusal = WhyNot(servers, new("why"))!;
        Assert.Contains("it is not known whether db1:3306 is dead", refusal.Because, StringComparison.Ordinal);
        Assert.Contains(because, refusal.Because, StringComparison.Ordinal);
        Assert.StartsWith("--primary-is-dead", refusal.Remedy, StringComparison.Ordinal);
        Assert.Null(WhyNot(servers, new("why") { PrimaryIsDead = true }));
    }

    [Theory]
    [InlineData("db1 rw", "db1:3306 answers, and a living primary is not replaced", "the command takeover")]
    [InlineData("db1 rw | too many connections", "db1:3306 answers, with a refusal", "then the command takeover")]
    public void One_that_answers_is_never_replaced(string primary, string because, string remedy)
    {
        var refusal = WhyNot($"{primary}\ndb2 ro <db1", new("why") { PrimaryIsDead = true })!;
        Assert.StartsWith(because, refusal.Because, StringComparison.Ordinal);
        Assert.Contains(remedy, refusal.Remedy, StringComparison.Ordinal);
    }

    /// <summary>S8: too few places find it dead.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Places_that_do_not_agree_are_passed_over_only_on_a_persons_word(bool vouches)
    {
        var inputs = Open with { Quorum = new VantageQuorum("a", 2), Vantages = [new VantageReport("b", Noon, [])] };
        var refusal = WhyNot(Dead, new("why") { PrimaryIsDead = vouches }, inputs);
        Assert.Equal(vouches, refusal is null);
        if (!vouches) Assert.Contains("--primary-is-dead", refusal!.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_wish_and_limit_that_is_passed_over_stands_in_the_record()
    {
        var past = new PastRecovery("r0", "DeadPrimary", true, Key("db1"), Key("db2"), Noon.AddMinutes(-9), Noon.AddMinutes(-8), true, false);
        var inputs = new GateInputs(
            false, new RecoveryFilter(["other"]), BlockWindow.Default, new Downtime("ana", "rack", Noon.AddHours(1)), [past], Noon)
        {
            Fleet = [.. Enumerable.Range(0, 9).Select(i => new FleetFailover(new ClusterId($"c-{i + 2}"), Noon))],
        };
        Assert.Null(WhyNot(Dead, new("why"), inputs));
        var topology = Read(Dead);
        var passed = AskedFailover.Recorded(Asked(topology, new("why")), topology, Found(topology), inputs).Evidence
            .Where(e => e.StartsWith("passed over, because dana asks for it: ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(5, passed.Length);
        foreach (var part in (string[])["disabled globally", "downtimed by ana", "no pattern of [other]", "replaced db1:3306 already", "9 other clusters"])
            Assert.Contains(passed, p => p.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_seen_stands_in_the_record_too()
    {
        var topology = Read(Heard);
        var evidence = AskedFailover.Recorded(Asked(topology, new("why") { PrimaryIsDead = true }), topology, Found(topology), Open).Evidence;
        Assert.Contains(evidence, e => e.Contains("1 still hear from it", StringComparison.Ordinal));
        Assert.DoesNotContain(evidence, e => e.StartsWith("passed over", StringComparison.Ordinal));
    }

    private static Core.Refusing.Refusal? WhyNot(string servers, OperatorRequest request, GateInputs? inputs = null)
    {
        var topology = Read(servers);
        return AskedFailover.WhyNot(Asked(topology, request), topology, Found(topology), inputs ?? Open);
    }

    private static ImmutableArray<Analysis> Found(Topology topology) => [.. Analyzer.Analyze(topology).Where(a => a.Key == Key("db1"))];

    private static Recovery Asked(Topology topology, OperatorRequest request) =>
        PlannerTests.Recovery(topology, PlanKinds.DeadPrimary, "db1") with { Request = request, Actor = "dana" };
}
