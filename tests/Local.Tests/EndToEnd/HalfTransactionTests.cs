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
    private const int Rows = 20;

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
            Assert.Equal(0L, await replica.ScalarAsync<long>("SELECT COUNT(*) FROM app.half"));
    }

    private static async Task DieWhileSendingAsync(ServerFleet fleet)
    {
        var rows = string.Concat(Enumerable.Repeat("INSERT INTO app.half(pad) VALUES (REPEAT('x', 4000000));", Rows));
        var before = await Task.WhenAll(fleet.Replicas.Select(ReceivedAsync));
        var writing = fleet.Primary.ExecuteAsync($"BEGIN;{rows}COMMIT");
        while (await ReceivedAsync(fleet.Replicas[0]) < before[0] + 8_000_000) await Task.Yield();
        fleet.Primary.Kill();
        _ = writing.ContinueWith(w => w.Exception, TaskScheduler.Default);
        Assert.True(await ReceivedAsync(fleet.Replicas[0]) < before[0] + (Rows * 4_000_000L), "it sent the whole transaction");
    }

    private static async Task<long> ReceivedAsync(FleetServer replica) => Convert.ToInt64(
        (await replica.QueryAsync("SHOW REPLICA STATUS"))[0]["Relay_Log_Space"], CultureInfo.InvariantCulture);
}
