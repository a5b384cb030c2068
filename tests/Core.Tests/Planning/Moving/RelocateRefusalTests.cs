using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Core.Planning.Moving;
using OrchestratorFunctions.Core.Planning.Records;

namespace OrchestratorFunctions.Core.Tests.Planning.Moving;

/// <summary>The sentences stand in the scenario relocate-refused.txt.</summary>
public sealed class RelocateRefusalTests
{
    [Theory]
    [InlineData("db2 ro <db1 has=A:1-9 nobinlog", "has no binary log")]
    [InlineData("db2 ro <db1 has=A:1-9 id=3", "has the same server_id 3 as db2:3306")]
    [InlineData("db2 ro <db1 11.4.2-MariaDB has=0-1-5", "of another flavour")]
    [InlineData("db2 ro <db1 has=A:1-9,B:1-2", null)]
    [InlineData("db2 ro <db1 has=A:1-3", null)]
    public void Of_the_new_source(string source, string? refusal) =>
        Assert.Equal(refusal is not null, Because("db1 rw has=A:1-9", source, "db3 ro <db1 has=A:1-9").Any(b => b.Contains(refusal!, StringComparison.Ordinal)));

    [Theory]
    [InlineData("db3 ro <db1 <db2 has=A:1-9", "replicates from 2 sources")]
    [InlineData("db3 ro <db8 channel=a <db1 has=A:1-9", null)]
    [InlineData("db3 ro <db8 channel=a <db9 channel=b has=A:1-9", "which link is meant is not known")]
    [InlineData("db3 ro <db1 has=A:1-9 sql=stopped", "the applier of db3:3306 was stopped")]
    [InlineData("db3 ro <db1 has=A:1-9 format=STATEMENT", "db3:3306 would have to log in STATEMENT what db2:3306 logs in ROW format")]
    [InlineData("db3 ro <db1 has=A:1-9 sqlerr=1062", "stopped with error 1062")]
    [InlineData("db3 ro <db1 has=A:1-9,B:1-7", null)]
    [InlineData("db3 ro <db1 has=A:1-9,C:1-7", null)]
    [InlineData("db3 ro <db1 has=A:1-9 delay=3600", null)]
    public void Of_the_server_itself(string replica, string? refusal) =>
        Assert.Equal(refusal is not null, Because("db1 rw has=A:1-9", "db2 ro <db1 has=A:1-9", replica).Any(b => b.Contains(refusal!, StringComparison.Ordinal)));

    /// <summary>S5: its server would refuse only later, when it no longer follows anybody.</summary>
    [Theory]
    [InlineData("0-1-101", "has 0-1-101, which db2:3306 lacks")]
    [InlineData("0-1-100", null)]
    public void A_former_MariaDb_primary_with_transactions_of_its_own_is_refused_before_its_move(string former, string? refusal)
    {
        const string MariaDb = "10.11.8-MariaDB";
        var servers = $"db1 {MariaDb} ro former id=1 has={former}\ndb2 {MariaDb} rw id=2 has=0-1-100,0-2-150\n"
            + $"db3 {MariaDb} ro id=3 <db2 has=0-1-100,0-2-150";
        var now = WrittenTopology.Read(servers);
        var policy = new RecoveryPolicy { HasReplicationAccount = true };
        var refusals = RelocateRefusal.Of(now, now[WrittenTopology.Key("db1")]!, WrittenTopology.Key("db2"), policy);
        Assert.Equal(refusal is null ? [] : [$"db1:3306 {refusal}"], refusals.Select(r => r.Because));
    }

    [Fact]
    public void One_acknowledgement_too_few_is_a_refusal_and_one_to_spare_is_none()
    {
        string[] three = ["db1 rw semi=source:1 has=A:1-9", "db2 ro <db1 semi=replica has=A:1-9", "db3 ro <db1 semi=replica has=A:1-9"];
        Assert.Empty(Because(three));
        Assert.Contains("without db3:3306 there would be 1 replicas to give them", Assert.Single(Because([three[0].Replace(":1 ", ":2 ", StringComparison.Ordinal), .. three[1..]])), StringComparison.Ordinal);
        Assert.Equal(
            ["db2:3306 does not replicate from db1:3306 itself", "db1:3306 waits for 1 acknowledgements of each commit; without db3:3306 there would be 0 replicas to give them"],
            Because([three[0], three[1] + " io=stopped", three[2]]));
    }

    /// <summary>It may go on in a moment, and waits for what it was promised (L3).</summary>
    [Theory]
    [InlineData("semi=source:2 has=A:1-9 | timed out", "without db3:3306 there would be 1 replicas")]
    [InlineData("semi=source:2 has=A:1-9 | refused", null)]
    [InlineData("semi=source:2 has=A:1-9 | never seen", "was never seen")]
    public void A_silent_source_is_not_left_with_too_few_acknowledgements(string source, string? refusal)
    {
        var because = Because($"db1 rw {source}", "db2 ro <db1 semi=replica has=A:1-9", "db3 ro <db1 semi=replica has=A:1-9");
        Assert.Equal(refusal is not null, because.Any(b => b.Contains(refusal ?? "acknowledge", StringComparison.Ordinal)));
    }

    // db3 below db2.
    private static string[] Because(params string[] lines)
    {
        var now = WrittenTopology.Read(string.Join('\n', lines));
        return [.. RelocateRefusal.Of(now, now[WrittenTopology.Key("db3")]!, WrittenTopology.Key("db2"), RecoveryPolicy.Default).Select(r => WrittenTopology.Shorten(r.Because))];
    }
}
