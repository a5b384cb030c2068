using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Model;
using OrchestratorFunctions.Fleet;

namespace OrchestratorFunctions.Trials.Tests;

/// <summary>
/// A server that accepts writes need not serve, and one that was told to follow need not follow: what keeps them from
/// it is seen beforehand, or told as it is seen.
/// </summary>
public sealed class ServingTrials
{
    /// <summary>https://github.com/openark/orchestrator/issues/995</summary>
    [Fact]
    public async Task A_replica_in_offline_mode_is_named_beforehand_and_another_one_is_promoted()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        var offline = fleet.Replicas[0];
        await offline.ExecuteAsync("SET GLOBAL offline_mode=ON");
        await using var watcher = await Watcher.StartAsync(fleet);
        await Eventually.HoldsAsync("it is a problem before the worst day",
            () => watcher.Problems.Contains(AnalysisCode.OfflineMode));

        var roles = await fleet.RolesAsync();
        var takeover = await watcher.Place.RunAsync("takeover", "shop", "--to", offline.Key);
        Assert.True(takeover.Code == 1, takeover.ToString());
        Assert.Contains("offline_mode=OFF", takeover.Output, StringComparison.Ordinal);
        Assert.Equal(roles, await fleet.RolesAsync());

        fleet.Primary.Kill();
        var (_, outcome) = await watcher.PromotedAsync();
        Assert.NotEqual(offline.Key(), outcome.Key);
        await fleet.Of(outcome.Key).ExecuteAsync("CREATE DATABASE served");
    }
}
