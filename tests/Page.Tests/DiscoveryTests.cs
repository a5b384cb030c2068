namespace OrchestratorFunctions.Page.Tests;

/// <summary>From an empty installation to a tree of servers.</summary>
public sealed class DiscoveryTests : Story
{
    [Fact]
    public async Task An_empty_installation_says_how_to_begin_and_shows_what_is_discovered_without_a_reload()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        var child = await ServeAsync(await Place.NewAsync());
        // Health is 503 until something is watched.
        var reader = (await ReadAsync(child)).ForetellAnswers(503);
        await Expect(reader.Main).ToContainTextAsync("No cluster is known yet");
        await Expect(reader.Main).ToContainTextAsync("orchestrator discover");
        await reader.KeepPictureAsync("empty");
        await reader.MarkAsync();

        var (status, answer) = await child.PostAsync($"discover?instance={fleet.Replicas[0].Key}&alias=shop");
        Assert.True(status == System.Net.HttpStatusCode.OK, answer.ToString());
        await Expect(reader.ClusterCard("shop")).ToContainTextAsync($"primary {fleet.Primary.Key}");
        await Expect(reader.ClusterCard("shop")).ToContainTextAsync($"all {fleet.Servers.Count} servers seen");
        await Expect(reader.ClusterCard("shop")).ToContainTextAsync("Healthy");
        await reader.KeepPictureAsync("clusters");

        await reader.OpenClusterAsync("shop");
        await Expect(reader.Cards).ToHaveCountAsync(fleet.Servers.Count);
        await Expect(reader.ServerCard(fleet.Primary)).ToContainTextAsync("primary");
        await Expect(reader.ServerCard(fleet.Primary)).ToContainTextAsync("writable");
        foreach (var replica in fleet.Replicas)
        {
            await Expect(reader.ServerCard(replica)).ToHaveAttributeAsync("aria-level", "2");
            await Expect(reader.ServerCard(replica)).ToContainTextAsync("replica");
            await Expect(reader.ServerCard(replica)).ToContainTextAsync("read-only");
            await Expect(reader.ServerCard(replica)).ToContainTextAsync("lag 0 s");
        }
        await reader.KeepPictureAsync("tree");
        await SeesTheSameInTheTableAsync(reader, fleet);
        Assert.True(await reader.WasNotLoadedAgainAsync(), "the page was loaded again");
    }

    private static async Task SeesTheSameInTheTableAsync(Reader reader, ServerFleet fleet)
    {
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "Table", Exact = true }).ClickAsync();
        await Expect(reader.Rows).ToHaveCountAsync(fleet.Servers.Count);
        var version = (await fleet.Primary.SeeAsync())!.Version.ToString();
        foreach (var server in fleet.Servers)
        {
            var isPrimary = server == fleet.Primary;
            var cells = reader.ServerRow(server.Key).Locator("td");
            await Expect(cells.Nth(0)).ToHaveTextAsync("Healthy");
            await Expect(cells.Nth(1)).ToHaveTextAsync(isPrimary ? "primary" : "replica");
            await Expect(cells.Nth(2)).ToHaveTextAsync(isPrimary ? "" : fleet.Primary.Key);
            await Expect(cells.Nth(3)).ToHaveTextAsync(isPrimary ? "" : "runs");
            await Expect(cells.Nth(4)).ToHaveTextAsync(isPrimary ? "" : "0 s");
            await Expect(cells.Nth(5)).ToHaveTextAsync(isPrimary ? "writable" : "read-only");
            await Expect(cells.Nth(6)).ToHaveTextAsync(version);
        }
        await reader.KeepPictureAsync("table");
    }
}
