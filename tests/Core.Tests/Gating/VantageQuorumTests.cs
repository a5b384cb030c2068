using System.Collections.Immutable;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Gating;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Gating;

public sealed class VantageQuorumTests
{
    private static readonly InstanceKey Primary = InstanceKey.Parse("db1:3306"), Another = InstanceKey.Parse("db8:3306");
    private static readonly DateTimeOffset Now = WrittenTopology.Noon;
    private static readonly VantageQuorum TwoOfThem = new("east", 2);

    [Fact]
    public void Alone_nobody_is_asked_and_nobody_can_object()
    {
        Assert.Null(Because(VantageQuorum.Alone, Says("west", 0)));
        Assert.Null(Because(VantageQuorum.Alone, null));
        Assert.Empty(VantageQuorum.Alone.Agreeing([Says("west", 0, Primary)], Primary, Now));
    }

    [Fact]
    public void Another_one_that_finds_it_dead_now_makes_two()
    {
        Assert.Null(Because(TwoOfThem, Says("west", 1, Another, Primary)));
        Assert.Equal(["vantage point west finds it dead too"], TwoOfThem.Agreeing([Says("west", 1, Primary), Says("north", 1)], Primary, Now));
    }

    [Fact]
    public void One_that_does_not_find_it_dead_holds_and_says_so() =>
        Assert.Equal("1 of the 2 vantage points needed find db1:3306 dead: west does not", Because(TwoOfThem, Says("west", 1, Another)));

    [Fact]
    public void Its_own_word_does_not_count_twice() =>
        Assert.Equal("1 of the 2 vantage points needed find db1:3306 dead: no other one has reported", Because(TwoOfThem, Says("east", 0, Primary)));

    [Theory]
    [InlineData(11)]
    [InlineData(-11)]
    public void An_old_word_agrees_no_longer_and_neither_does_one_from_the_future(int ago) =>
        Assert.Equal("1 of the 2 vantage points needed find db1:3306 dead: west does not", Because(TwoOfThem, Says("west", ago, Primary)));

    [Fact]
    public void Who_was_not_heard_for_long_is_named_with_the_time() =>
        Assert.Equal(
            "1 of the 2 vantage points needed find db1:3306 dead: north does not; west was last heard at 2025-06-01 11:55:00Z",
            Because(TwoOfThem, Says("west", 300, Primary), Says("north", 20)));

    [Fact]
    public void The_newest_word_of_each_counts_and_nobody_counts_twice()
    {
        var three = new VantageQuorum("east", 3);
        Assert.NotNull(Because(three, Says("west", 1, Primary), Says("west", 2, Primary)));
        Assert.NotNull(Because(TwoOfThem, Says("west", 1), Says("west", 5, Primary)));
        Assert.Null(Because(three, Says("west", 1, Primary), Says("north", 2, Primary), Says("south", 1)));
    }

    [Fact]
    public void What_cannot_be_read_holds_and_is_not_waited_for()
    {
        var hold = Decide(TwoOfThem, null);
        Assert.Contains("could not be read", hold!.Refusal.Because, StringComparison.Ordinal);
        Assert.False(hold.MayPassSoon);
        Assert.True(Decide(TwoOfThem, [])!.MayPassSoon);
    }

    [Fact]
    public void A_returned_former_primary_is_closed_without_asking_anybody()
    {
        var topology = WrittenTopology.Read("db1 rw former\ndb2 rw\ndb3 ro <db2");
        Assert.IsType<GateVerdict.Proceed>(RecoveryGate.Decide(Analyzer.Analyze(topology)[0], topology, Inputs(TwoOfThem, [])));
    }

    [Fact]
    public void Before_anything_dies_it_is_told_that_too_few_are_heard()
    {
        Assert.Null(TwoOfThem.WhyNone([Says("west", 60)], Now, watchesHere: true));
        Assert.Null(TwoOfThem.WhyNone([Says("west", 60), Says("east", 30)], Now, watchesHere: false));
        Assert.Equal("1 of the 2 vantage points needed are heard, so no primary is replaced", TwoOfThem.WhyNone([Says("west", 100), Says("east", 0)], Now, watchesHere: true)?.Because);
        Assert.Equal("1 of the 2 vantage points needed are heard, so no primary is replaced", TwoOfThem.WhyNone([Says("west", 10)], Now, watchesHere: false)?.Because);
        Assert.Null(VantageQuorum.Alone.WhyNone([], Now, watchesHere: true));
    }

    private static string? Because(VantageQuorum quorum, params VantageReport[]? reports) => Decide(quorum, reports)?.Refusal.Because;

    // Through the gate, as everybody asks.
    private static GateVerdict.Hold? Decide(VantageQuorum quorum, VantageReport[]? reports)
    {
        var topology = WrittenTopology.Read("db1 rw | refused\ndb2 ro <db1 io=connecting\ndb3 ro <db1 io=connecting");
        return RecoveryGate.Decide(Analyzer.Analyze(topology)[0], topology, Inputs(quorum, reports)) as GateVerdict.Hold;
    }

    private static GateInputs Inputs(VantageQuorum quorum, VantageReport[]? reports) =>
        new(true, RecoveryFilter.All, BlockWindow.Default, null, [], Now) { Fleet = [], Quorum = quorum, Vantages = reports?.ToImmutableArray() };

    private static VantageReport Says(string vantage, int secondsAgo, params InstanceKey[] dead) => new(vantage, Now.AddSeconds(-secondsAgo), [.. dead]);
}
