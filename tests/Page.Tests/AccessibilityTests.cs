using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace OrchestratorFunctions.Page.Tests;

/// <summary>Every view, as axe sees it: names, roles, contrast, order.</summary>
public sealed class AccessibilityTests : Story
{
    private const string Shop = """
        db1.ams rw has=A:1-90 semi=source:1 clients=2 | refused
        db2.ams ro <db1.ams has=A:1-90 semi=replica io=connecting err=2003 rule=prefer dc=ams
        db3.ams ro <db1.ams has=A:1-80,C:1-3 lag=70 downtime=ada io=connecting err=2003
        db4.ams ro <db2.ams has=A:1-80 sqlerr=1062
        db5.ams rw has=A:1-70 former
        db6.ams ro <db2.ams has=A:1-80 | timed out 9.0s
        """;

    /// <summary>Rules whose answer depends on colours and sizes; the names and roles are the same in all four.</summary>
    private static readonly string[] OfLooks = ["color-contrast", "target-size", "scrollable-region-focusable"];

    [Theory]
    [InlineData(ColorScheme.Light, 1400, true)]
    [InlineData(ColorScheme.Light, 360, false)]
    [InlineData(ColorScheme.Dark, 1400, false)]
    [InlineData(ColorScheme.Dark, 360, true)]
    public async Task No_view_has_a_violation_that_axe_finds(ColorScheme scheme, int width, bool isWhole)
    {
        var reader = await NewReaderAsync(await ServeNothingAsync(), new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        await Answers.PutAsync(reader, Answers.Cluster("shop", Shop), Answers.Cluster("books", "bk1 rw has=A:1-9\nbk2 ro <bk1 has=A:1-9"));
        await reader.GoAsync("/web/");
        await Expect(reader.ClusterCards).ToHaveCountAsync(2);
        var found = new List<string>();
        foreach (var view in (string[])["/", "/problems", "/cluster/shop", "/cluster/shop?show=table", "/cluster/shop?server=db2.ams:3306", "/recoveries", "/there/is/none"])
        {
            await reader.TurnToAsync($"/web{view}");
            await LookAsync(reader, view, isWhole, found);
        }
        await reader.TurnToAsync("/web/cluster/shop");
        await reader.ServerCard("db2.ams:3306").FocusAsync();
        await reader.PressAsync("m");
        await Expect(reader.Dialog).ToBeVisibleAsync();
        await LookAsync(reader, "move", isWhole, found);
        await reader.PressAsync("Escape", "Escape");
        await Expect(reader.Dialog).ToHaveCountAsync(0);
        await reader.PressAsync("?");
        await Expect(reader.Dialog).ToBeVisibleAsync();
        await LookAsync(reader, "keys", isWhole, found);
        Assert.True(found.Count == 0, string.Join("\n", found));
    }

    private static async Task LookAsync(Reader reader, string view, bool isWhole, List<string> found)
    {
        await Expect(reader.Main.Locator("> *").First).ToBeVisibleAsync();
        await Expect(reader.Page.Locator(".loading")).ToHaveCountAsync(0);
        if (isWhole) await reader.KeepPictureAsync(view.Split('/', '?', '=').Last(p => p.Length > 0 || view == "/").Replace(':', '-'));
        found.AddRange((await ViolationsAsync(reader, isWhole)).Select(v => $"{view}: {v}"));
    }

    /// <summary>What axe finds on what is shown now, one line for each element.</summary>
    internal static async Task<IEnumerable<string>> ViolationsAsync(Reader reader, bool isWhole = true)
    {
        var result = await reader.Page.RunAxe(isWhole ? null : new() { RunOnly = new() { Type = "rule", Values = [.. OfLooks] } });
        return result.Violations.SelectMany(v => v.Nodes.Select(n => $"{v.Id}, {v.Help}: {n.Html} {string.Join(' ', n.Any.Select(a => a.Message))}"));
    }
}
