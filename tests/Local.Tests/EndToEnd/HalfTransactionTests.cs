using System.Globalization;
using OrchestratorFunctions.Core.Explaining;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>
/// A primary that dies while it sends a large transaction leaves a part of it in every relay log, and MySQL's appliers
/// wait a minute for the rest before they can be stopped.
/// </summary>
public sealed class HalfTransactionTests
{
    // Much to send, and little of it to apply by the time that the source stops: a slow disk must not hold the applier up.
    private const int Rows = 80;

    [Theory]
    [InlineData("mysql-9.7", "GRANT SYSTEM_USER ON *.* TO orchestrator@'%'")]
    [InlineData("mariadb-10.11", "DO 0")]
    public async Task A_primary_that_dies_while_it_sends_is_replaced_and_its_last_transaction_is_nowhere(string kind, string grant)
    {
        var fleet = await Fleets.TakeAsync(replicas: 3, kind: kind);
        await fleet.Primary.ExecuteAsync($"{grant}; CREATE TABLE app.half(id INT AUTO_INCREMENT PRIMARY KEY, pad LONGTEXT)");
        await using var watcher = await Watcher.StartAsync(fleet);
        await DieWhileSendingAsync(fleet);

        var (recovery, outcome) = await watcher.PromotedAsync();

        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        Assert.All(recovery.Stages.SelectMany(s => s.Results), r => Assert.NotEqual("no answer in time", r.Says));
        Assert.True(outcome.Lost.IsEmpty, RecoveryText.Tell(recovery));
        foreach (var replica in fleet.Replicas)
            Assert.True(await replica.ScalarAsync<long>("SELECT COUNT(*) FROM app.half") == 0, $"{replica.Key}: {RecoveryText.Tell(recovery)}");
    }

    /// <summary>The first candidate cannot be stopped; its siblings were pointed to it and got rid of their parts.</summary>
    [Fact]
    public async Task Without_the_privilege_another_replica_is_promoted_and_the_first_one_is_left_behind_with_the_reason()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        await fleet.Primary.ExecuteAsync("CREATE TABLE app.half(id INT AUTO_INCREMENT PRIMARY KEY, pad LONGTEXT)");
        await using var watcher = await Watcher.StartAsync(fleet);
        await DieWhileSendingAsync(fleet);

        var (recovery, outcome) = await watcher.PromotedAsync();

        // Whoever was the first candidate follows when its applier has let go, a minute later.
        await fleet.Of(outcome.Key).ExecuteAsync("INSERT INTO app.half(pad) VALUES ('after')");
        Assert.True(outcome.Lost.Length < 2, RecoveryText.Tell(recovery));
        Assert.Contains("grant SYSTEM_USER", RecoveryText.Tell(recovery), StringComparison.Ordinal);
    }

    // Where the whole of it has arrived before this process looks, as on a busy machine, it is taken back and sent once more.
    private static async Task DieWhileSendingAsync(ServerFleet fleet)
    {
        var (primary, replica) = (fleet.Primary, fleet.Replicas[0]);
        var insert = $"BEGIN;{string.Concat(Enumerable.Repeat("INSERT INTO app.half(pad) VALUES (REPEAT('x', 1000000));", Rows))}COMMIT";
        for (var tries = 1; ; tries++)
        {
            var before = await Task.WhenAll(fleet.Replicas.Select(ReceivedAsync));
            var writing = primary.ExecuteAsync(insert);
            while (await ReceivedAsync(replica) < before[0] + 2_000_000) await Task.Yield();
            primary.Stop();
            _ = writing.ContinueWith(w => w.Exception, TaskScheduler.Default);
            // Nobody has the whole of it; what is on its way still arrives.
            var received = await Task.WhenAll(fleet.Replicas.Select(ReceivedAsync));
            if (received.Zip(before).All(r => r.First < r.Second + ((Rows - 20) * 1_000_000L))) break;
            Assert.True(tries < 10, "each time the whole transaction was sent before the primary was stopped");
            primary.Continue();
            await writing;
            await primary.ExecuteAsync($"DELETE FROM app.half; CREATE TABLE app.taken_back{tries}(id INT)");
            foreach (var each in fleet.Replicas)
                await Eventually.HoldsAsync("it is applied", async () => await each.ScalarAsync<long>(
                    $"SELECT COUNT(*) FROM information_schema.tables WHERE table_name='taken_back{tries}'") == 1);
        }
        primary.Kill();
    }

    private static async Task<long> ReceivedAsync(FleetServer replica) => Convert.ToInt64(
        (await replica.QueryAsync("SHOW REPLICA STATUS"))[0]["Relay_Log_Space"], CultureInfo.InvariantCulture);
}
