using System.Collections.Immutable;
using OrchestratorFunctions.MySql.Reading;
using OrchestratorFunctions.MySql.Stepping;

namespace OrchestratorFunctions.MySql.Tests.Reading;

public sealed class ProbeMemoryTests
{
    [Fact]
    public void Everything_is_asked_on_fresh_sessions_after_changes_and_every_few_probes()
    {
        var memory = new ProbeMemory();
        var asked = new List<ProbeDepth>();
        Ask(true);
        for (var i = 0; i < 5; i++) Ask(false);
        memory.Expire();
        Ask(false);
        Ask(false);
        Assert.Equal(
            [ProbeDepth.Whole, ProbeDepth.Frequent, ProbeDepth.Frequent, ProbeDepth.Frequent, ProbeDepth.Rare, ProbeDepth.Frequent, ProbeDepth.Whole, ProbeDepth.Frequent], asked);
        for (var i = 0; i < 22; i++) Ask(false);
        Assert.Equal((ProbeDepth.Rare, ProbeDepth.Whole), (asked[24], asked[29]));

        void Ask(bool isFresh)
        {
            var (depth, epoch) = memory.Next(isFresh, 5, 0);
            asked.Add(depth);
            if (depth != ProbeDepth.Frequent) memory.Keep(epoch, new Dictionary<ProbePart, QueryResult>(), ImmutableDictionary<ProbePart, string>.Empty, 0);
        }
    }

    /// <summary>A process that stands by looks when somebody asks it: what it heard on Monday is no answer on Wednesday.</summary>
    [Fact]
    public void What_was_answered_long_ago_is_asked_again()
    {
        var memory = new ProbeMemory();
        memory.Keep(memory.Next(true, 1000, 0).Epoch, new Dictionary<ProbePart, QueryResult>(), ImmutableDictionary<ProbePart, string>.Empty, 0);
        Assert.Equal(ProbeDepth.Frequent, memory.Next(false, 1000, 45_000).Depth);
        Assert.Equal(ProbeDepth.Whole, memory.Next(false, 1000, 45_001).Depth);
        Assert.Equal(ProbeDepth.Frequent, memory.Next(false, 1000, 90_001).Depth);
    }

    [Fact]
    public void A_change_of_role_makes_the_next_probe_ask_everything_where_no_plugin_of_a_source_was_seen()
    {
        var memory = new ProbeMemory();
        memory.Keep(memory.Next(true, 5, 0).Epoch, new Dictionary<ProbePart, QueryResult>(), ImmutableDictionary<ProbePart, string>.Empty, 0);
        memory.NoteRole("True/db1:3306");
        Assert.Equal(ProbeDepth.Frequent, memory.Next(false, 5, 0).Depth);
        memory.NoteRole("False/");
        var (depth, epoch) = memory.Next(false, 5, 0);
        Assert.Equal(ProbeDepth.Whole, depth);
        var listed = QueryResult.Of(["Variable_name", "Value"], ["rpl_semi_sync_source_enabled", "ON"]);
        memory.Keep(
            epoch, new Dictionary<ProbePart, QueryResult> { [ProbePart.SemiSyncVariables] = listed },
            ImmutableDictionary<ProbePart, string>.Empty, 0);
        memory.NoteRole("True/db2:3306");
        Assert.Equal(ProbeDepth.Frequent, memory.Next(false, 9, 0).Depth);
    }

    /// <summary>
    /// S8: its disk was full for eight seconds, and nothing of the time before it has room again is silence of its source.
    /// </summary>
    [Fact]
    public void A_receiver_that_has_room_again_begins_to_listen_then()
    {
        var memory = new ProbeMemory();
        var link = new Core.Model.ReplicationLink { Source = new("db1", 3306), Receiver = Core.Model.ReplicationThread.Running, Applier = Core.Model.ReplicationThread.Running };
        Assert.Null(SilentFor("", 0));
        SilentFor("Waiting for disk space", 1000);
        Assert.Equal(TimeSpan.FromSeconds(8), SilentFor("Waiting for disk space", 9000));
        Assert.Equal(TimeSpan.Zero, SilentFor("", 10_000));
        Assert.Equal(TimeSpan.FromSeconds(1), SilentFor("", 11_000));

        TimeSpan? SilentFor(string state, long at) => memory.SilentFor("", LinkMapping.Counters(link with { HeldUpBy = state }, "7"), at);
    }

    [Fact]
    public void Answers_older_than_a_change_do_not_replace_newer_ones()
    {
        var memory = new ProbeMemory();
        var (_, before) = memory.Next(true, 5, 0);
        memory.Expire();
        var (_, after) = memory.Next(false, 5, 0);
        memory.Keep(after, new Dictionary<ProbePart, QueryResult> { [ProbePart.Region] = QueryResult.Of(["r"], ["new"]) }, ImmutableDictionary<ProbePart, string>.Empty, 0);
        memory.Keep(before, new Dictionary<ProbePart, QueryResult> { [ProbePart.Region] = QueryResult.Of(["r"], ["old"]) }, ImmutableDictionary<ProbePart, string>.Empty, 0);
        Assert.Equal("new", memory.RareAnswers[ProbePart.Region].First!.Value.FirstText);
    }

    [Fact]
    public void Numbers_that_stand_still_are_silence_from_when_they_were_first_seen()
    {
        var memory = new ProbeMemory();
        Assert.Null(memory.SilentFor("", "a", 1000));
        Assert.Equal(TimeSpan.FromSeconds(2), memory.SilentFor("", "a", 3000));
        Assert.Equal(TimeSpan.Zero, memory.SilentFor("", "b", 4000));
        Assert.Equal(TimeSpan.FromSeconds(1), memory.SilentFor("", "b", 5000));
    }

    [Fact]
    public void Until_numbers_were_seen_to_move_the_server_may_tell_of_a_longer_silence()
    {
        var memory = new ProbeMemory();
        Assert.Equal(TimeSpan.FromHours(1), memory.SilentFor("", "a", 1000, TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromHours(1), memory.SilentFor("", "a", 3000, TimeSpan.FromHours(1)));
        Assert.Equal(TimeSpan.FromSeconds(2), memory.SilentFor("", "a", 3000, TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(2), memory.SilentFor("", "a", 3000));
        Assert.Equal(TimeSpan.Zero, memory.SilentFor("", "b", 4000, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_server_has_run_for_what_it_said_and_the_time_since_it_was_asked()
    {
        var memory = new ProbeMemory();
        Assert.Null(memory.UptimeSeconds(null, 9_000));
        Keep(ProbePart.Status, 1_000);
        Assert.Equal(0, memory.UptimeSeconds(0, 1_999));
        Assert.Equal(1, memory.UptimeSeconds(0, 2_000));
        Assert.Equal(100, memory.UptimeSeconds(100, 1_999));
        Keep(ProbePart.Region, 4_000);
        Assert.Equal(104, memory.UptimeSeconds(100, 5_000));
        Keep(ProbePart.Status, 5_000);
        Assert.Equal(2, memory.UptimeSeconds(2, 5_000));

        void Keep(ProbePart part, long now) => memory.Keep(
            0, new Dictionary<ProbePart, QueryResult> { [part] = QueryResult.Empty }, ImmutableDictionary<ProbePart, string>.Empty, now);
    }

    [Fact]
    public void Only_a_server_that_follows_nobody_and_has_the_plugin_of_a_source_is_asked_as_one()
    {
        var memory = new ProbeMemory();
        Assert.Null(memory.SourceWords);
        Keep("rpl_semi_sync_replica_enabled");
        Assert.Null(memory.SourceWords);
        Keep("rpl_semi_sync_master_enabled");
        Assert.False(memory.SourceWords!.SaysSource);
        memory.NoteRole("True/db1:3306", isReplica: true);
        Assert.Null(memory.SourceWords);

        void Keep(string variable) => memory.Keep(0,
            new Dictionary<ProbePart, QueryResult> { [ProbePart.SemiSyncVariables] = QueryResult.Of(["Variable_name", "Value"], [variable, "ON"]) },
            ImmutableDictionary<ProbePart, string>.Empty, 0);
    }
}
