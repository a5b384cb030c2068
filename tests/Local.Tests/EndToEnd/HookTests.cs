using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Core.Planning;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>Hooks with commands, on real servers that are written to: one that says no, then one that agrees.</summary>
public sealed class HookTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_hook_that_says_no_leaves_everything_as_it_was_and_one_that_agrees_lets_the_failover_through()
    {
        var fleet = await Fleets.TakeAsync(replicas: 2);
        var (agrees, log) = (Path.Combine(folder.FullName, "agrees"), Path.Combine(folder.FullName, "log"));
        var post = $"Hooks:PostPrimaryFailover:0:Command=echo \"post $ORC_FAILURE_TYPE $ORC_FAILED_PORT $ORC_SUCCESSOR_PORT $ORC_IS_SUCCESSFUL $ORC_COUNT_REPLICAS\" >> {log}";
        await using var watcher = await Watcher.StartAsync(
            fleet, $"Hooks:PreFailover:0:Command=echo asked {{failedPort}} >> {log}; test -e {agrees} || {{ echo not yet; exit 1; }}", "Hooks:PreFailover:0:Name=permit",
            post,
            $"Hooks:Unsuccessful:0:Command=echo unsuccessful >> {log}");
        await using var writer = await DeadPrimaryTests.WriteAsync(fleet);

        fleet.Primary.Kill();
        var refused = await watcher.RecoveredAsync(PlanKinds.DeadPrimary);
        var why = Assert.IsType<RecoveryOutcome.Abandoned>(refused.Outcome).Refusal;
        Assert.Equal("the pre-failover hook permit failed: exit code 1: not yet", why.Because);
        Assert.Equal(["hook-pre-failover", "abandon"], refused.Stages.Select(s => s.Stage.Name));
        foreach (var replica in fleet.Replicas)
        {
            var seen = (await replica.SeeAsync())!;
            Assert.True(seen is { ReadOnly: true, Link: { } link } && link.Source == fleet.Primary.Key() && link.Receiver != ReplicationThread.Stopped, replica.Key);
        }
        Assert.Equal([$"asked {fleet.Primary.Port}"], await File.ReadAllLinesAsync(log));

        await File.WriteAllTextAsync(agrees, "");
        // It would be tried again after a pause; a person need not wait for that.
        var asked = await watcher.Place.RunAsync(
            ["Hooks:PreFailover:0:Command=test -e " + agrees, "Hooks:PreFailover:0:Name=permit", post], ["failover", watcher.Cluster.Value, "--because", "it agrees by now"]);
        Assert.Equal((0, ""), (asked.Code, asked.Code == 0 ? "" : asked.Output + asked.Error));
        var successor = await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        await DeadPrimaryTests.GoesOnAsync(writer);
        Assert.Equal([$"asked {fleet.Primary.Port}", $"post DeadMaster {fleet.Primary.Port} {successor.Port} true 2"], await File.ReadAllLinesAsync(log));
        var recovery = (await watcher.ReadAsync()).Single(r => r.Outcome is RecoveryOutcome.Promoted);
        Assert.Equal(["hook-pre-failover", "hook-post-primary-failover"], recovery.Stages.Where(s => s.BegunAt is not null).Select(s => s.Stage.Name));
        Assert.Equal(0, await DeadPrimaryTests.LostAsync(writer, successor));
    }
}
