namespace OrchestratorFunctions.Page.Tests;

/// <summary>What is told to somebody whose page hears nothing any more.</summary>
public sealed class StaleTests : Story
{
    // A process that stands still is believed in until its stream was silent for three of its ticks.
    private const float Silence = 60_000;

    [Fact]
    public async Task While_the_process_is_away_the_page_says_how_old_it_is_and_goes_on_by_itself()
    {
        var fleet = await Fleets.TakeAsync(replicas: 2);
        var place = await Place.NewAsync();
        Assert.Equal(0, (await place.RunAsync("discover", fleet.Primary.Key, "--alias", "shop")).Code);
        var child = Keep(Child.Start(place));
        await child.WatchesAsync(fleet.Servers.Count);
        var reader = (await ReadAsync(child, "/web/cluster/shop")).ForetellAnswers(503).Foretell("net::ERR");
        await Expect(reader.Live).ToHaveTextAsync("Live");
        await Expect(reader.Banner).ToHaveCountAsync(0);
        await reader.MarkAsync();

        await child.StopAsync();
        await Expect(reader.Banner).ToContainTextAsync("What you see is old", new() { Timeout = Silence });
        await Expect(reader.Banner).ToContainTextAsync(Age());
        await Expect(reader.Live).ToContainTextAsync("Stale for");
        await Expect(reader.ServerCard(fleet.Primary)).ToBeVisibleAsync();
        await reader.KeepPictureAsync("stopped");
        await child.ContinueAsync();
        await Expect(reader.Banner).ToHaveCountAsync(0);
        await Expect(reader.Live).ToHaveTextAsync("Live");

        await child.EndAsync();
        await Expect(reader.Banner).ToContainTextAsync(Age());
        await Expect(reader.Banner).ToContainTextAsync("the server does not answer");
        await reader.KeepPictureAsync("ended");
        var next = Keep(Child.StartAt(child.Address, place));
        await next.WatchesAsync(fleet.Servers.Count);
        await Expect(reader.Banner).ToHaveCountAsync(0);
        await Expect(reader.Live).ToHaveTextAsync("Live");
        Assert.True(await reader.WasNotLoadedAgainAsync());

        // What happens now is seen again.
        var (status, answer) = await next.PostAsync($"downtime?name={fleet.Replicas[0].Key}&for=10m&because=disk");
        Assert.True(status == System.Net.HttpStatusCode.OK, answer.ToString());
        await Expect(reader.ServerCard(fleet.Replicas[0])).ToContainTextAsync("downtime");
    }

    private static System.Text.RegularExpressions.Regex Age() => new(@"Nothing was told for \d+(\.\d)? s");
}
