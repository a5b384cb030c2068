using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Positions;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Storage.Tests.Tables;

/// <summary>Members whose GTID sets are long, on Azurite.</summary>
public sealed class TopologyRowsTests
{
    private static CancellationToken None => CancellationToken.None;

    // Executed, purged and received, each a set of that length.
    [Theory]
    [InlineData(250_000)]
    [InlineData(900_000)]
    public async Task A_member_with_long_gtid_sets_is_stored_and_read_again(int length)
    {
        var store = (await Rooms.OpenAsync()).Room.Topologies;
        var member = With(Samples.Sighting(Samples.Db1), SetOf(length, holes: 3));
        await store.SaveSightingsAsync(Samples.Shop, [member, Samples.Sighting(Samples.Db2)], None);
        var read = (await store.ReadAsync(Samples.Shop, None))!.Members;
        Assert.Equal("", read[0].LastFailure);
        Assert.Equal(Samples.Json(member.LastSeen), Samples.Json(read[0].LastSeen));
        Assert.NotNull(read[1].LastSeen);
    }

    [Fact]
    public async Task What_no_row_can_hold_is_named_and_the_rest_of_the_cluster_is_stored()
    {
        var store = (await Rooms.OpenAsync()).Room.Topologies;
        var tooLong = With(Samples.Sighting(Samples.Db1), SetOf(6_000_000, holes: 0));
        await store.SaveSightingsAsync(Samples.Shop, [tooLong, Samples.Sighting(Samples.Db2)], None);
        var read = (await store.ReadAsync(Samples.Shop, None))!.Members;
        Assert.Null(read[0].LastSeen);
        Assert.Equal(ProbeFailureKind.OwnError, read[0].LastFailureKind);
        Assert.Contains($"member!{Samples.Db1}", read[0].LastFailure, StringComparison.Ordinal);
        Assert.Contains("a row holds 900000", read[0].LastFailure, StringComparison.Ordinal);
        Assert.DoesNotContain("ConnectionString", read[0].LastFailure, StringComparison.Ordinal);
        Assert.NotNull(read[1].LastSeen);
    }

    private static StoredMember With(StoredMember member, GtidSet set) => member with
    {
        LastSeen = member.LastSeen! with
        {
            Gtid = new GtidState(true, set, set),
            Links = [.. member.LastSeen.Links.Select(l => l with { Received = set })],
        },
    };

    // Intervals of random lengths; without regular holes they say as much as can be said.
    private static GtidSet SetOf(int length, int holes)
    {
        var (random, text, next) = (new Random(7), new System.Text.StringBuilder("3e11fa47-71ca-11e1-9e33-c80aa9429562"), 1L);
        while (text.Length < length)
        {
            next += 2 + (holes > 0 ? random.Next(holes) : random.NextInt64(1_000_000_000));
            text.Append(':').Append(next);
        }
        return GtidSet.Parse(text.ToString());
    }
}
