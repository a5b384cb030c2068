using System.Globalization;
using OrchestratorFunctions.Core.Model;

namespace OrchestratorFunctions.Page.Tests;

/// <summary>Fleets so large that a page which draws all of it stands still.</summary>
public sealed class ManyTests : Story
{
    private const int Many = 2000;

    [Fact]
    public async Task Of_two_thousand_clusters_the_gravest_stand_first_and_any_is_found_by_typing()
    {
        var reader = await NewReaderAsync(await ServeNothingAsync());
        await Answers.PutAsync(reader, Enumerable.Range(0, Many).Select(Cluster));
        await reader.GoAsync("/web/");

        await Expect(reader.ClusterCards.First).ToContainTextAsync("shop-1234");
        await Expect(reader.ClusterCards.First).ToContainTextAsync("Dead primary");
        await Expect(reader.Page.GetByRole(AriaRole.Button, new() { Name = "1999 healthy" })).ToBeVisibleAsync();
        Assert.InRange(await reader.ClusterCards.CountAsync(), 1, 600);
        await reader.KeepPictureAsync("clusters");

        await reader.PressAsync("/");
        await reader.Page.Keyboard.TypeAsync("shop-77 healthy");
        await Expect(reader.ClusterCards).ToHaveCountAsync(11);
        await reader.Filter.FillAsync("nothing is called so");
        await Expect(reader.Main).ToContainTextAsync("No cluster matches. 2000 clusters in all.");
        await reader.Filter.FillAsync("");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "1 critical" }).ClickAsync();
        await Expect(reader.ClusterCards).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Of_two_thousand_servers_only_what_is_in_view_is_drawn_and_the_last_is_reached_by_a_key()
    {
        var reader = await NewReaderAsync(await ServeNothingAsync());
        await Answers.PutAsync(reader, Answers.Cluster("wide", Wide()));
        await reader.GoAsync("/web/cluster/wide");

        // Of one source's replicas the healthy ones are one card; the one that lags stands by itself.
        await Expect(reader.Cards).ToHaveCountAsync(2);
        await Expect(reader.ServerCard("db1500:3306")).ToContainTextAsync("lag 300 s");
        var fold = reader.Page.Locator("[role=treeitem].fold");
        await Expect(fold).ToContainTextAsync("1998 healthy replicas");
        await reader.KeepPictureAsync("folded");

        await fold.ClickAsync();
        await Expect(fold).ToHaveCountAsync(0);
        await Expect(reader.Page.Locator(".tools")).ToContainTextAsync("2000 servers, drawn as they come into view");
        Assert.InRange(await reader.Cards.CountAsync(), 3, 300);

        // The first of those that were one card has the focus now.
        await Expect(reader.ServerCard("db2:3306")).ToBeFocusedAsync();
        await reader.PressAsync("End");
        await Expect(reader.ServerCard("db2000:3306")).ToBeFocusedAsync();
        await Expect(reader.ServerCard("db2000:3306")).ToBeInViewportAsync();
        Assert.InRange(await reader.Cards.CountAsync(), 3, 300);
        await reader.KeepPictureAsync("last");
        await reader.PressAsync("Home");
        await Expect(reader.ServerCard("db1:3306")).ToBeFocusedAsync();
        await Expect(reader.ServerCard("db1:3306")).ToBeInViewportAsync();
    }

    private static Topology Cluster(int number)
    {
        var (alias, probe) = ($"shop-{number}", number == 1234 ? " | refused" : "");
        return Answers.Cluster(alias, $"""
            a.{alias} rw has=A:1-9 semi=source:1 clients=1{probe}
            b.{alias} ro <a.{alias} has=A:1-9 semi=replica{(probe.Length > 0 ? " io=connecting err=2003" : "")}
            """);
    }

    private static string Wide() => "db1 rw has=A:1-9\n" + string.Join('\n', Enumerable.Range(2, Many - 1)
        .Select(i => string.Create(CultureInfo.InvariantCulture, $"db{i} ro <db1 has=A:1-9{(i == 1500 ? " lag=300" : "")}")));
}
