using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Core.Tests.Model;

/// <summary>Who closed a server: its restart, or somebody (L3).</summary>
public sealed class RestartTests
{
    private static readonly DateTimeOffset Noon = WrittenTopology.Noon;

    [Theory]
    [InlineData("rw up=3600", "ro up=3", "Writer")]
    [InlineData("rw up=3600", "ro-only up=0", "Writer")]
    [InlineData("rw up=5", "ro up=20", "Writer")] // it runs for longer than before, and not since before
    [InlineData("rw up=1", "ro up=59", "Writer")] // it started less than 60 s ago, and was seen before
    [InlineData("rw up=1", "ro up=60", null)]
    [InlineData("rw up=0", "ro up=59", "Writer")] // it was seen in its first second
    [InlineData("rw up=0", "ro up=60", null)]
    [InlineData("ro <db2 up=3600", "ro up=3", "Replica")]
    [InlineData("rw up=3600", "ro up=3660", null)] // somebody closed it
    [InlineData("ro up=3600", "ro up=3", null)] // somebody had closed it before
    [InlineData("ro <db2 up=3600", "ro up=3660", null)] // it was cut loose, and not restarted
    [InlineData("rw up=3600", "rw up=3", null)]
    [InlineData("rw up=3600", "ro <db2 up=3", null)]
    [InlineData("rw <db2 up=3600", "ro up=3", null)]
    [InlineData("rw", "ro up=3", null)] // not known
    [InlineData("rw up=3600", "ro", null)]
    public void A_server_that_came_back_closed_was_closed_by_its_restart(string before, string now, string? role) =>
        Assert.Equal(role, Seen(Member(before), now, 60).Current!.ClosedByRestart?.ToString());

    [Theory]
    [InlineData("rw up=1", 0.3, "ro up=0", "Writer")]
    [InlineData("rw up=0", 1, "ro up=0", "Writer")]
    [InlineData("rw up=0", 0.9, "ro up=0", null)] // it may be the same first second
    [InlineData("rw up=0", 1.9, "ro up=1", null)]
    [InlineData("rw up=0", 2.0, "ro up=1", "Writer")]
    [InlineData("rw up=0", 2.0, "ro up=1 session=2.1s", null)] // the same session as before
    [InlineData("rw up=0", 2.0, "ro up=1 session=1.1s", "Writer")]
    [InlineData("rw up=4", -5, "ro up=1 session=1.2s", "Writer")] // our clock was set back meanwhile
    [InlineData("rw up=4", 0.1, "ro up=3 session=2s", null)] // an older look that came late
    public void A_restart_within_seconds_of_the_last_one_is_seen(string before, double later, string now, string? role) =>
        Assert.Equal(role, Seen(Member(before), now, later).Current!.ClosedByRestart?.ToString());

    /// <summary>
    /// Its uptime cannot tell a restart within a second of the last look. That nobody has set read_only since its start
    /// can; and who was closed by hand after a restart is not to be opened.
    /// </summary>
    [Theory]
    [InlineData("rw up=0", 5, "ro up=5 closed=since-start", "Writer")]
    [InlineData("rw up=0", 5, "ro-only up=5 closed=since-start", "Writer")]
    [InlineData("rw", 5, "ro closed=since-start", "Writer")]
    [InlineData("rw up=0", 5, "ro up=5 closed=since-start session=6s", null)] // an older look that came late
    [InlineData("rw up=3600", 60, "ro up=3 closed=by-hand", null)]
    [InlineData("rw up=3600", 60, "ro up=3 closed=since-start", "Writer")]
    [InlineData("ro up=3600", 5, "ro up=3605 closed=since-start", null)] // it was closed before
    [InlineData("ro <db2 up=3600", 5, "ro up=3605 closed=since-start", null)] // it was cut loose, and not restarted
    [InlineData("rw <db2 up=3600", 5, "ro up=3605 closed=since-start", null)]
    public void A_server_that_nobody_closed_since_its_start_has_restarted(
        string before, double later, string now, string? role) =>
        Assert.Equal(role, Seen(Member(before), now, later).Current!.ClosedByRestart?.ToString());

    [Fact]
    public void It_stays_so_until_somebody_opens_it_or_closes_it_more()
    {
        var restarted = Seen(Member("rw up=3600"), "ro-only up=3", 60);
        var away = restarted.With(new ProbeOutcome.Failed(ProbeFailureKind.TimedOut, "silent"), Noon.AddSeconds(61));
        Assert.Equal(RoleBeforeRestart.Writer, Seen(away, "ro-only up=9", 66).Current!.ClosedByRestart);
        Assert.Equal(RoleBeforeRestart.Writer, Seen(away, "ro up=1", 70).Current!.ClosedByRestart); // once more
        Assert.Null(Seen(away, "ro up=9", 66).Current!.ClosedByRestart); // super_read_only was set
        Assert.Null(Seen(Seen(away, "rw up=9", 66), "ro-only up=15", 72).Current!.ClosedByRestart);
    }

    /// <summary>S16: it refused to tell its uptime when it was seen closed for the first time.</summary>
    [Theory]
    [InlineData("ro-only up=9", "Writer")]
    [InlineData("ro-only up=3670", null)] // it has not restarted: somebody closed it
    [InlineData("ro up=9", null)] // super_read_only was set meanwhile
    public void A_restart_that_is_told_of_late_is_seen(string later, string? role)
    {
        var closed = Member("ro-only up=3600").Current! with { Stale = InstanceParts.Uptime, UptimeSeconds = null };
        var untold = Member("rw up=3600").With(new ProbeOutcome.Partly(closed, ["status"]), Noon.AddSeconds(60));
        var again = closed with { SessionAge = TimeSpan.FromSeconds(3) };
        untold = untold.With(new ProbeOutcome.Partly(again, ["status"]), Noon.AddSeconds(62));
        Assert.Null(untold.Current!.ClosedByRestart);
        Assert.Equal(role, Seen(untold, later, 70).Current!.ClosedByRestart?.ToString());
        Assert.Null(Seen(untold, later, 70).Current!.UntoldRestart);
    }

    /// <summary>
    /// S16: it was a replica when it was seen before, and does not tell at first that it follows nobody by now. The links
    /// that stand in these looks are what was seen before.
    /// </summary>
    [Theory]
    [InlineData("ro up=9", "Replica")]
    [InlineData("ro up=3670", null)] // it has not restarted: it was cut loose
    [InlineData("ro <db2 up=9", null)] // it is a replica still
    [InlineData("rw up=9", null)]
    public void A_restart_of_one_that_tells_late_whom_it_follows_is_seen(string later, string? role)
    {
        var closed = Member("ro up=3").Current! with { Stale = InstanceParts.Replication };
        var untold = Member("ro <db2 up=3600").With(new ProbeOutcome.Partly(closed, ["replication"]), Noon.AddSeconds(60));
        var again = closed with { UptimeSeconds = 5, SessionAge = TimeSpan.FromSeconds(2) };
        untold = untold.With(new ProbeOutcome.Partly(again, ["replication"]), Noon.AddSeconds(62));
        Assert.True(untold.Current!.IsReplica);
        Assert.Null(untold.Current!.ClosedByRestart);
        Assert.Equal(role, Seen(untold, later, 66).Current!.ClosedByRestart?.ToString());
        Assert.Null(Seen(untold, later, 66).Current!.UntoldRestart);
    }

    /// <summary>
    /// L3: it did not tell whom it followed since it was promoted. The links that stand in that look are from before; the
    /// ledger knows whether it was the writer.
    /// </summary>
    [Fact]
    public void A_restart_of_one_that_accepted_writes_and_did_not_tell_whom_it_followed_is_seen()
    {
        var open = Member("rw up=3600").Current! with { Stale = InstanceParts.Replication };
        var untold = Member("ro <db2 up=3590").With(new ProbeOutcome.Partly(open, ["replication"]), Noon.AddSeconds(10));
        Assert.True(untold.Current!.IsReplica);
        Assert.Equal(RoleBeforeRestart.Replica, Seen(untold, "ro up=3", 66).Current!.ClosedByRestart);
    }

    private static Member Member(string words) => WrittenTopology.Read($"db1 {words}\ndb2 ro").Members[0];

    private static Member Seen(Member before, string words, double seconds) =>
        before.With(new ProbeOutcome.Seen(Member(words).Current!), Noon.AddSeconds(seconds));
}
