using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Records;
using OrchestratorFunctions.Core.Planning.Steps;

namespace OrchestratorFunctions.Core.Tests.Running;

/// <summary>S1, S10: the store goes away after the successor was opened, and the old primary comes back open.</summary>
public sealed class StandingFencesTests
{
    private const string Dead = """
        db1 rw has=A:1-100 | refused
        db2 ro <db1 io=connecting err=2003 has=A:1-100
        db3 ro <db1 io=connecting err=2003 has=A:1-100
        """;

    private const string Alive = """
        db1 rw has=A:1-100
        db2 ro <db1 has=A:1-100
        db3 ro <db1 has=A:1-100
        """;

    private const string Back = "db1 rw has=A:1-105";

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(10), Away = TimeSpan.FromSeconds(8);

    private static bool IsOpen(PlayedRun played, string host) =>
        played.World[WrittenTopology.Key(host)]!.Current is { AcceptsWrites: true };

    private static TimeSpan[] ClosingsOf(PlayedRun played) =>
    [
        .. played.Sent.Where(s => s.Step is Fence or SetReadOnly && s.Step.Target.Key.Host == "db1").Select(s => s.At),
    ];

    private static TimeSpan SlowAfter(Recovery recovery, string stage) =>
        recovery.Last(stage) is { IsDone: true } ? Away : Soon;

    [Fact]
    public void It_is_closed_by_the_stored_fence_before_the_store_is_back()
    {
        var played = new PlayedRun(Dead) { SaveTakes = r => SlowAfter(r, "promote") };
        played.At(TimeSpan.FromSeconds(2), Back).Begin();
        var again = ClosingsOf(played)[1];
        Assert.InRange(again, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        Assert.Equal((false, true), (IsOpen(played, "db1"), IsOpen(played, "db2")));
        Assert.IsType<RecoveryOutcome.Promoted>(played.Recovery.Outcome);
    }

    [Fact]
    public void A_switched_primary_that_restarts_open_is_closed_as_well()
    {
        var played = new PlayedRun(Alive) { SaveTakes = r => SlowAfter(r, "open") };
        played.At(TimeSpan.FromSeconds(2), Back).Begin(PlanKinds.Takeover);
        Assert.InRange(ClosingsOf(played)[1], TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        Assert.Equal((false, true), (IsOpen(played, "db1"), IsOpen(played, "db2")));
    }

    /// <summary>S18: the lease may be another one's.</summary>
    [Fact]
    public void Nothing_is_sent_without_the_lease()
    {
        var played = new PlayedRun(Dead)
        {
            SaveTakes = r => SlowAfter(r, "promote"),
            LeaseLeft = now => now < TimeSpan.FromSeconds(2) ? TimeSpan.FromSeconds(2) - now : TimeSpan.Zero,
        };
        played.At(TimeSpan.FromSeconds(2), Back).Begin();
        Assert.Single(ClosingsOf(played));
        Assert.True(IsOpen(played, "db1"));
    }

    /// <summary>Until the promotion is stored nobody was told to open, and the old primary is the writer.</summary>
    [Fact]
    public void Before_another_server_may_be_open_nothing_is_sent()
    {
        var played = new PlayedRun(Dead) { SaveTakes = r => r.Stages[^1].Stage.Name == "promote" ? Away : Soon };
        played.At(TimeSpan.FromSeconds(2), Back).Begin();
        Assert.Single(ClosingsOf(played), at => at < Away);
        Assert.Null(played.OpenedAt);
    }

    /// <summary>A store that answers in time changes nothing.</summary>
    [Fact]
    public void While_the_store_answers_the_plan_closes_it()
    {
        var played = new PlayedRun(Dead) { StepTakes = s => s is PointTo ? TimeSpan.FromSeconds(5) : Soon };
        played.At(TimeSpan.FromSeconds(2), Back).Begin();
        Assert.Single(played.Steps.OfType<Fence>());
        Assert.False(IsOpen(played, "db1"));
    }
}
