using MySqlConnector;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning.Judging;
using OrchestratorFunctions.Core.Planning.Steps;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.MySql.Tests.Wording;

/// <summary>On real servers: what the statements do to the link that is meant, and to the others. Their words are in StepStatementsTests.</summary>
public sealed class ReplicationStatementsTests
{
    /// <summary>S12: a replica of two sources; the channel that is not meant runs on and keeps its source.</summary>
    [Theory]
    [InlineData("mysql-9.7", "aux", "")]
    [InlineData("mysql-9.7", "", "aux")]
    [InlineData("mariadb-10.11", "aux", "")]
    [InlineData("mariadb-10.11", "", "aux")]
    public async Task One_channel_of_two_is_stopped_pointed_and_forgotten(string kind, string other, string meant)
    {
        await using var fleet = await Fleets.StartAsync(kind, replicas: 2);
        var (primary, sibling, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0], fleet.Servers.Replicas[1]);
        await using var elsewhere = await Fleets.StartAsync(kind, replicas: 0);
        await AddSourceAsync(replica, elsewhere.Servers.Primary, kind, other, isOnly: other.Length == 0, primary);
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)) is { Links: [{ IsReplicating: true }, { IsReplicating: true }] }, "it replicates from both");

        var on = new StepTarget.Server(Fleets.Key(replica), meant);
        await fleet.RunTwiceAsync(new StopReceiving(on), replica);
        await OtherRunsAsync();
        await fleet.RunTwiceAsync(new StartReplication(on) { Threads = ReplicationThreads.Receiver }, replica);
        await fleet.RunTwiceAsync(new PointTo(on, Fleets.Key(sibling)), replica);
        await OtherRunsAsync();
        Assert.True((await fleet.RunAsync(new WaitUntilReceiving(on, Fleets.Key(sibling)))).IsSuccess);
        await fleet.RunTwiceAsync(new ForgetSource(on), replica);
        await OtherRunsAsync();
        // And it gets a link to the cluster again, beside the other.
        await fleet.RunTwiceAsync(new PointTo(on, Fleets.Key(primary)), replica);
        await OtherRunsAsync();

        async Task OtherRunsAsync()
        {
            var link = (await fleet.SeeAsync(replica)).LinkOf(other);
            Assert.True(link is { IsReplicating: true } && link.Source == Fleets.Key(elsewhere.Servers.Primary), $"{link}");
        }
    }

    // The fleet's own link is the default channel's; for the variant it gets a name and leaves that channel to the other source.
    private static async Task AddSourceAsync(FleetServer replica, FleetServer source, string kind, string channel, bool isOnly, FleetServer primary)
    {
        var isMariaDb = kind.StartsWith("mariadb", StringComparison.Ordinal);
        // It has what the fleet has: only what it writes from now on is news.
        await source.ExecuteAsync(isMariaDb ? "SET GLOBAL gtid_domain_id=7; RESET MASTER" : "RESET BINARY LOGS AND GTIDS");
        if (isOnly) await replica.ExecuteAsync(isMariaDb ? "STOP SLAVE; RESET SLAVE ALL" : "STOP REPLICA; RESET REPLICA ALL");
        if (isOnly) await ChangeAsync(primary, "aux");
        await ChangeAsync(source, channel);

        Task ChangeAsync(FleetServer from, string name) => replica.ExecuteAsync(isMariaDb
            ? $"CHANGE MASTER '{name}' TO MASTER_HOST='{from.Host}', MASTER_PORT={from.Port}, MASTER_USER='repl', MASTER_PASSWORD='repl', MASTER_USE_GTID=slave_pos; START SLAVE '{name}'"
            : $"CHANGE REPLICATION SOURCE TO SOURCE_HOST='{from.Host}', SOURCE_PORT={from.Port}, SOURCE_USER='repl', SOURCE_PASSWORD='repl', SOURCE_AUTO_POSITION=1, " +
                $"GET_SOURCE_PUBLIC_KEY=1 FOR CHANNEL '{name}'; START REPLICA FOR CHANNEL '{name}'");
    }

    /// <summary>The applier waits for a lock of a client meanwhile: a stop of it would wait too.</summary>
    [Fact]
    public async Task An_applier_goes_on_while_its_server_is_pointed_elsewhere_and_keeps_what_was_received()
    {
        await using var fleet = await Fleets.StartAsync("mysql-9.7", replicas: 2);
        var (primary, sibling, replica) = (fleet.Servers.Primary, fleet.Servers.Replicas[0], fleet.Servers.Replicas[1]);
        await primary.ExecuteAsync("CREATE TABLE app.kept(id INT PRIMARY KEY)");
        await AppliedAsync(replica);
        await using var client = await replica.OpenAsync();
        await new MySqlCommand("LOCK TABLES app.kept READ", client).ExecuteNonQueryAsync();
        await primary.ExecuteAsync("INSERT INTO app.kept VALUES (1)");
        await AppliedAsync(sibling);
        var all = (await fleet.SeeAsync(primary)).Gtid.Executed;
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(replica)).AllReceived.Contains(all), "it is received");

        await fleet.RunTwiceAsync(new PointTo(Fleets.Key(replica), Fleets.Key(sibling)), replica);

        var pointed = await fleet.SeeAsync(replica);
        Assert.Equal((true, false), (pointed.AllReceived.Contains(all), pointed.Gtid.Executed.Contains(all)));
        await new MySqlCommand("UNLOCK TABLES", client).ExecuteNonQueryAsync();
        await AppliedAsync(replica);

        async Task AppliedAsync(FleetServer server) => Assert.True((await fleet.RunAsync(
            WaitUntilApplied.For(Fleets.Key(server), (await fleet.SeeAsync(primary)).Gtid.Executed))).IsSuccess);
    }

    /// <summary>What the refusal of a move says beforehand is what the server says afterwards.</summary>
    [Fact]
    public async Task A_former_MariaDB_primary_with_a_transaction_of_its_own_is_refused_by_us_and_by_the_server()
    {
        await using var fleet = await Fleets.StartAsync("mariadb-10.11", replicas: 2);
        var (old, successor) = (fleet.Servers.Primary, fleet.Servers.Replicas[0]);
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(successor)).Gtid.Executed.Contains((await fleet.SeeAsync(old)).Gtid.Executed), "it has applied everything");
        await fleet.RunTwiceAsync(new ForgetSource(Fleets.Key(successor)), successor);
        await old.ExecuteAsync("CREATE DATABASE only_here");
        await fleet.RunTwiceAsync(new SetWritable(Fleets.Key(successor)), successor);
        for (var i = 0; i < 5; i++) await successor.ExecuteAsync($"CREATE DATABASE later{i}");
        await fleet.RunTwiceAsync(new SetReadOnly(Fleets.Key(old)), old);

        var topology = await fleet.TopologyAsync();
        var (follower, source) = (topology[Fleets.Key(old)]!, topology[Fleets.Key(successor)]!);
        Assert.False(source.Current!.Gtid.Executed.Contains(follower.Current!.Gtid.Executed), "its number stands for another transaction there");
        Assert.Contains("which " + successor.Key + " lacks", Assert.Single(CanFollow.WhyNot(topology, follower, source)).Because, StringComparison.Ordinal);

        await fleet.RunAsync(new PointTo(Fleets.Key(old), Fleets.Key(successor)));
        await Fleets.UntilAsync(async () => (await fleet.SeeAsync(old)).Link is { ReceiverErrorNumber: 1236 }, "the server refuses it");
    }
}
