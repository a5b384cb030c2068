using Azure.Storage.Queues;
using OrchestratorFunctions.Core.Analyzing;
using OrchestratorFunctions.Core.Planning;
using OrchestratorFunctions.Fleet;
using OrchestratorFunctions.Flow.Detecting;
using OrchestratorFunctions.Flow.Discovering;
using OrchestratorFunctions.Flow.Ports;

namespace OrchestratorFunctions.Local.Tests.EndToEnd;

/// <summary>Several who want to recover the same cluster: one promotion.</summary>
public sealed class TwiceTests
{
    [Fact]
    public async Task Of_two_watching_processes_one_promotes_once()
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet);
        await using var second = await watcher.AnotherAsync(watches: true);

        fleet.Primary.Kill();
        await watcher.PromotedAsync();
        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        await watcher.LookOnAsync("the old primary is away", t => !t[fleet.Primary.Key()]!.IsSeen);

        Assert.Single(await watcher.ReadAsync(), r => !r.IsHeld);
    }

    [Theory]
    [InlineData("one", "one")]
    [InlineData("one", "two")]
    public async Task Messages_to_two_processes_make_one_promotion(string first, string second)
    {
        var fleet = await Fleets.TakeAsync();
        await using var watcher = await Watcher.StartAsync(fleet, "Recovery:BlockWindow=00:00:00");
        var place = watcher.Place;
        await watcher.DisposeAsync();
        fleet.Primary.Kill();
        await using var sender = await place.OpenAsync();
        foreach (var id in (string[])[first, second, first]) await sender.Ports.Failures.SendAsync(FailureOf(id, watcher, fleet.Primary), default);

        var queue = new QueueClient(place.ConnectionString, place.Prefix.ToLowerInvariant() + "-failures", new QueueClientOptions(QueueClientOptions.ServiceVersion.V2021_12_02));

        await using var one = await watcher.AnotherAsync(watches: false);
        await using var two = await watcher.AnotherAsync(watches: false);
        await one.PromotedAsync();
        // Hidden messages count too.
        await Eventually.HoldsAsync("every message is done with", async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0);

        await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        Assert.Single(await one.ReadAsync(), r => r.Outcome is RecoveryOutcome.Promoted);
        Assert.All(await one.ReadAsync(), r => Assert.True(r.Outcome is RecoveryOutcome.Promoted || r.Outcome!.Says.Contains("has been replaced as the primary meanwhile", StringComparison.Ordinal), r.Outcome!.Says));
    }

    private static Failure FailureOf(string id, Watcher watcher, FleetServer primary)
    {
        var now = DateTimeOffset.UtcNow;
        return new Failure($"{RecoveryIds.New(DateTimeOffset.UnixEpoch, Random.Shared)[..^8]}{id}", watcher.Cluster, primary.Key(), AnalysisCode.DeadPrimary, PlanKinds.DeadPrimary, "It is dead", ["a test says so"], now);
    }
}
