using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using OrchestratorFunctions.App.Timers;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Flow.Tests;

namespace OrchestratorFunctions.App.Tests.Timers;

public sealed class CleanTimerTests
{
    [Fact]
    public async Task Old_recoveries_and_histories_that_ended_are_removed_and_nothing_that_runs()
    {
        var servers = new Servers();
        servers.World.Kill(World.Primary);
        await servers.Room().Flow.Recover.RunAsync(Servers.DeadPrimary(), default);
        servers.Time.Advance(TimeSpan.FromDays(366));
        await using var client = new FakeClient();
        await new CleanTimer(servers.Instance(), servers.Time).RunAsync(new TimerInfo(), client, default);

        Assert.Null(await servers.Memory.ReadAsync("f1", default));
        var purged = Assert.Single(client.Purged);
        Assert.Equal(servers.Time.GetUtcNow() - CleanTimer.KeepHistories, purged.CreatedTo);
        Assert.DoesNotContain(OrchestrationRuntimeStatus.Running, purged.Statuses!);
        Assert.DoesNotContain(OrchestrationRuntimeStatus.Pending, purged.Statuses!);
    }
}
