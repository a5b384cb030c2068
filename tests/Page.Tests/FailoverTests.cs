namespace OrchestratorFunctions.Page.Tests;

/// <summary>A primary that dies while somebody looks at its cluster.</summary>
public sealed class FailoverTests : Story
{
    [Fact]
    public async Task A_killed_primary_its_recovery_and_its_successor_are_seen_without_a_reload()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        // It waits for somebody, so that what is shown meanwhile can be looked at.
        var child = await WatchAsync(fleet, "Recovery:ApproveClusters=shop");
        // While nobody knows yet whether the primary is dead, health is not well.
        var reader = (await ReadAsync(child, "/web/cluster/shop")).ForetellAnswers(503);
        await Expect(reader.ServerCard(fleet.Primary)).ToContainTextAsync("primary");
        await Expect(reader.Live).ToHaveTextAsync("Live");
        await reader.MarkAsync();

        fleet.Primary.Kill();
        await Expect(reader.ServerCard(fleet.Primary)).ToContainTextAsync("Critical");
        await Expect(reader.Main).ToContainTextAsync("What was observed");
        await Expect(reader.Running).ToContainTextAsync($"Dead primary of {fleet.Primary.Key} runs");
        await reader.KeepPictureAsync("running");
        var (status, answer) = await child.PostAsync($"recoveries/{await RunningAsync(child)}/approve?because=seen");
        Assert.True(status == System.Net.HttpStatusCode.OK || status == System.Net.HttpStatusCode.Accepted, answer.ToString());

        await Expect(reader.ServerCard(fleet.Primary)).ToContainTextAsync("former primary");
        var successor = await fleet.AssertOnePrimaryAsync(besides: fleet.Primary);
        await Expect(reader.ServerCard(successor)).ToContainTextAsync("primary");
        await Expect(reader.ServerCard(successor)).ToContainTextAsync("writable");
        await Expect(reader.Page.Locator(".cluster-head")).ToContainTextAsync($"primary {successor.Key}");
        foreach (var replica in fleet.Replicas.Where(r => r != successor)) await reader.SeesBelowAsync(replica, successor);
        await reader.KeepPictureAsync("after");

        await Expect(reader.Running).ToHaveCountAsync(0);

        await reader.PressAsync("3");
        var row = reader.Main.GetByRole(AriaRole.Listitem).Filter(new() { HasText = fleet.Primary.Key }).First;
        await Expect(row).ToContainTextAsync("Dead primary");
        Assert.Empty(await AccessibilityTests.ViolationsAsync(reader));
        await row.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(reader.Main).ToContainTextAsync(successor.Key);
        await Expect(reader.Main).ToContainTextAsync("Where the time went");
        await reader.KeepPictureAsync("recovery");
        Assert.Empty(await AccessibilityTests.ViolationsAsync(reader));
        Assert.True(await reader.WasNotLoadedAgainAsync());
    }

    private static async Task<string> RunningAsync(Child child) => (await child.GetAsync("recoveries"))!.Value.GetProperty("items")
        .EnumerateArray().Single(r => !r.TryGetProperty("endedAt", out _)).GetProperty("id").GetString()!;
}
