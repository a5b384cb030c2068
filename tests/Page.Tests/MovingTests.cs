using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Page.Tests;

/// <summary>A server is moved below another one: by mouse, by keys alone, and where that is refused.</summary>
public sealed class MovingTests : Story
{
    [Fact]
    public async Task A_replica_is_dragged_onto_another_one_and_moved_when_the_plan_is_confirmed()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        var (moved, source) = (fleet.Replicas[0], fleet.Replicas[1]);
        var child = await WatchAsync(fleet);
        var reader = await ReadAsync(child, "/web/cluster/shop");

        await reader.DragAsync(moved, over: source);
        await Expect(reader.ServerCard(source)).ToContainTextAsync($"Move {moved.Key} below it");
        await reader.KeepPictureAsync("over");
        await reader.DropAsync();
        await Expect(reader.Dialog).ToContainTextAsync(moved.Key);
        await Expect(reader.Dialog).ToContainTextAsync("Afterwards:");
        await Expect(reader.Dialog.Locator("ol.stages > li").First).ToBeVisibleAsync();
        await Expect(reader.Dialog).ToContainTextAsync("CHANGE REPLICATION SOURCE TO");
        await Expect(reader.Confirm).ToHaveTextAsync($"Move {moved.Key} below {source.Key}");
        await reader.KeepPictureAsync("plan");
        Assert.Equal(fleet.Primary.Key(), await SourceOfAsync(moved));

        await reader.Confirm.ClickAsync();
        await Expect(reader.Outcome).ToBeVisibleAsync();
        await reader.KeepPictureAsync("done");
        Assert.Equal(source.Key(), await SourceOfAsync(moved));
        await reader.PressAsync("Escape");
        await Expect(reader.Dialog).ToHaveCountAsync(0);
        await reader.SeesBelowAsync(moved, source);
        await reader.KeepPictureAsync("moved");
        await BackAsync(child, fleet, moved);
    }

    [Fact]
    public async Task A_replica_is_moved_by_keys_alone_and_the_focus_is_never_lost()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        var (moved, source) = (fleet.Replicas[1], fleet.Replicas[2]);
        var child = await WatchAsync(fleet);
        var reader = await ReadAsync(child);
        await Expect(reader.ClusterCard("shop")).ToBeVisibleAsync();

        await reader.TabToAsync(reader.ClusterCard("shop").GetByRole(AriaRole.Link));
        await reader.PressAsync("Enter");
        await Expect(reader.Heading).ToHaveTextAsync("shop");
        await Expect(reader.Focused).ToHaveCountAsync(1);
        await reader.TabToAsync(reader.ServerCard(fleet.Primary));
        await PressedAsync(reader, "ArrowRight", reader.ServerCard(fleet.Replicas[0]));
        await PressedAsync(reader, "ArrowDown", reader.ServerCard(moved));
        await reader.PressAsync("m");
        var field = reader.Dialog.GetByRole(AriaRole.Combobox);
        await Expect(field).ToBeFocusedAsync();
        await Expect(reader.Options.First).ToBeVisibleAsync();
        await reader.KeepPictureAsync("listbox");

        await ChooseAsync(reader, source.Key);
        await Expect(field).ToHaveValueAsync(source.Key);
        await Expect(field).ToBeFocusedAsync();
        await Expect(reader.Confirm).ToBeEnabledAsync();
        await reader.TabToAsync(reader.Confirm);
        await reader.PressAsync("Enter");
        await Expect(reader.Outcome).ToBeVisibleAsync();
        await Expect(reader.Dialog.Locator("*:focus")).ToHaveCountAsync(1);
        await PressedAsync(reader, "Escape", reader.ServerCard(moved));
        await Expect(reader.Dialog).ToHaveCountAsync(0);
        Assert.Equal(source.Key(), await SourceOfAsync(moved));
        await Expect(reader.ServerCard(moved)).ToHaveAttributeAsync("aria-level", "3");
        await Expect(reader.ServerCard(moved)).ToBeFocusedAsync();
        await reader.KeepPictureAsync("moved");
        await BackAsync(child, fleet, moved);
    }

    [Fact]
    public async Task A_refused_drop_says_why_and_cannot_be_confirmed()
    {
        var fleet = await Fleets.TakeAsync(replicas: 3);
        var child = await WatchAsync(fleet);
        var reader = await ReadAsync(child, "/web/cluster/shop");
        var before = await fleet.RolesAsync();

        await reader.DragAsync(fleet.Primary, over: fleet.Replicas[0]);
        await Expect(reader.ServerCard(fleet.Replicas[0])).ToContainTextAsync("is the primary");
        await reader.KeepPictureAsync("over");
        await reader.DropAsync();
        await Expect(reader.Dialog).ToContainTextAsync("The plan is refused");
        await Expect(reader.Dialog).ToContainTextAsync("is the primary");
        await Expect(reader.Dialog).ToContainTextAsync("What would allow it:");
        await Expect(reader.Confirm).ToBeDisabledAsync();
        await reader.KeepPictureAsync("refused");
        await reader.PressAsync("Escape");
        await Expect(reader.Dialog).ToHaveCountAsync(0);
        Assert.Equal(before, await fleet.RolesAsync());

        // A drop beside every server, and one that is given up, propose nothing.
        await reader.DragAsync(fleet.Replicas[0], over: fleet.Replicas[1]);
        await reader.PressAsync("Escape");
        await reader.DropAsync();
        await Expect(reader.Dialog).ToHaveCountAsync(0);
        await Expect(reader.Panel).ToHaveCountAsync(0);
    }

    // The active row is walked to, because those that cannot be chosen stand in the list too.
    private static async Task ChooseAsync(Reader reader, string key)
    {
        var row = reader.Options.Filter(new() { HasText = key });
        await Expect(row).ToHaveCountAsync(1);
        for (var i = await reader.Options.CountAsync(); i > 0; i--)
        {
            await reader.PressAsync("ArrowDown");
            await Expect(reader.Dialog.Locator("li.active")).ToHaveCountAsync(1);
            if (await row.GetAttributeAsync("class") is "active") break;
        }
        await reader.PressAsync("Enter");
    }

    private static async Task PressedAsync(Reader reader, string key, ILocator focused)
    {
        await reader.PressAsync(key);
        await Expect(focused).ToBeFocusedAsync();
    }

    private static async Task<InstanceKey> SourceOfAsync(FleetServer server) => (await server.SeeAsync())!.Link!.Source;

    // The next story begins with the fleet as this one did.
    private static async Task BackAsync(Child child, ServerFleet fleet, FleetServer moved) => await Eventually.HoldsAsync("it is back below the primary", async () =>
    {
        if (await SourceOfAsync(moved) == fleet.Primary.Key()) return true;
        await child.PostAsync($"relocate?instance={moved.Key}&below={fleet.Primary.Key}");
        return false;
    }, () => Task.FromResult(child.Log));
}
